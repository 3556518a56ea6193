import Foundation
import SequenceModels
import TensorCore
import TestSupport
import TextIO
import Testing
import Workbench

@Suite("Sentences cut at random")
struct SubwordSamplingTests {
  @Test("are others in each pass, the same for the same one, and always the same text", arguments: ["unigram", "bpe"])
  func passes(type: String) throws {
    let lines = (0..<60).map {
      "the station is \(["near", "behind", "beside"][$0 % 3]) the old bridge number \($0 % 7)"
    }
    var section = VocabularySection()
    section.type = try #require(SentencePieceTraining.ModelType(rawValue: type))
    section.size = 30
    let vocabulary = try buildVocabulary(section, level: .subword, from: lines)
    let pair = VocabularyPair(joint: vocabulary)
    let text = ParallelText(pairs: lines.map { (source: $0, target: $0) })
    var sampling = SamplingSection()
    sampling.alpha = 0.2
    func data(_ epoch: Int) throws -> TranslationData {
      try TranslationData(text, pair, sampling: sampling, seed: 5, epoch: epoch)
    }
    let (first, second) = (try data(0), try data(1))
    #expect(first.pairs == (try data(0)).pairs && first.pairs != second.pairs)
    // The sides have draws of their own.
    #expect(first.pairs.contains { $0.source.dropLast() != $0.target[...] })
    #expect(first.pairs != TranslationData(text, pair).pairs)
    for (pair, line) in zip(first.pairs, lines) {
      #expect(vocabulary.decode(pair.source) == line && vocabulary.decode(pair.target) == line)
    }
  }
}

/// Word dropout.
@Suite("Units become the unknown one")
struct WordDropoutTests {
  @Test("as often as asked, others in each step, and never what begins and ends a sentence")
  func share() {
    let sentences = (0..<40).map { row in [2] + (0..<25).map { 4 + ($0 + row) % 20 } + [3] }
    let batch = TokenBatch(sentences, padding: 1)
    func dropped(step: Int) -> TokenBatch {
      batch.dropping(0.2, as: 0, keeping: [1, 2, 3], on: Tape(seed: 1, stream: UInt64(step)))
    }
    let one = dropped(step: 1)
    let count = one.ids.count { $0 == 0 }
    // A share of 0.2 of 1000, within four deviations.
    #expect(abs(count - 200) < 51)
    #expect(zip(one.ids, batch.ids).allSatisfy { $0 == $1 || ($0 == 0 && $1 > 3) })
    #expect(one == dropped(step: 1) && one != dropped(step: 2))
    #expect(batch.dropping(0.2, as: 0, keeping: [], on: nil) == batch)
  }
}

@Suite("Batches of sentence pairs")
struct TranslationDataTests {
  private func data(_ count: Int) -> TranslationData {
    var random = SplitMix(seed: 3)
    func sentence(_ lengths: ClosedRange<Int>) -> [Int] {
      (0..<Int.random(in: lengths, using: &random)).map { _ in Int.random(in: 4..<20, using: &random) }
    }
    return TranslationData((0..<count).map { _ in IDPair(source: sentence(1...30), target: sentence(1...25)) })
  }

  private func plan(_ type: DataSection.BatchType, size: Int, bucket: Int) -> DataSection {
    var plan = DataSection.blank
    (plan.batchType, plan.batchSize, plan.bucketSize) = (type, size, bucket)
    return plan
  }

  private func lengths(_ pair: IDPair) -> [Int] { [pair.target.count, pair.source.count] }

  @Test("cover every pair once, sorted by length within buckets", arguments: [DataSection.BatchType.sentence, .token])
  func cover(type: DataSection.BatchType) {
    let data = data(500)
    for (size, bucket) in [(16, 100), (40, 500), (7, 10_000), (1, 33)] {
      let plan = plan(type, size: size, bucket: bucket)
      let batches = data.batches(plan, seed: 1, epoch: 0)
      #expect(batches.joined().sorted() == Array(0..<500))
      for batch in batches {
        let sizes = batch.map { lengths(data.pairs[$0]) }
        #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) || $0 == $1 })
        switch type {
        case .sentence: #expect(batch.count <= size)
        case .token: #expect(batch.count == 1 || batch.reduce(0) { $0 + data.pairs[$1].target.count + 1 } <= size)
        }
      }
      if type == .sentence {
        // Only the last batch of a bucket is not full.
        let buckets = (0..<500).split(every: bucket)
        #expect(batches.count == buckets.reduce(0) { $0 + ($1 + size - 1) / size })
      }
      if bucket >= 500, size < 40 {
        // One bucket: the batches divide the whole range of lengths between them.
        let spans = batches.map {
          ($0.first.map { data.pairs[$0].target.count } ?? 0, data.pairs[$0.last ?? 0].target.count)
        }
        .sorted { $0 < $1 }
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.1 <= $1.0 })
        #expect(
          batches.map { $0[0] }
            != batches.map { $0[0] }.sorted { data.pairs[$0].target.count < data.pairs[$1].target.count })
      }
    }
  }

  @Test("are a function of seed and epoch alone")
  func order() {
    let data = data(300)
    let plan = plan(.sentence, size: 16, bucket: 64)
    let first = data.batches(plan, seed: 1, epoch: 0)
    #expect(data.batches(plan, seed: 1, epoch: 0) == first)
    #expect(data.batches(plan, seed: 1, epoch: 1) != first)
    #expect(data.batches(plan, seed: 2, epoch: 0) != first)
  }

  @Test("nothing gives no batches")
  func empty() {
    #expect(data(0).batches(plan(.token, size: 10, bucket: 10), seed: 1, epoch: 0) == [])
  }

  @Test("pairs too long on either side are left out, the source's end not counted")
  func tooLong() throws {
    try temporaryFolder { folder in
      let file = folder.appending(path: "pairs.tsv")
      try "a b c\td\na b c d\te\na\tb c d e\na\tb c d\n".write(to: file, atomically: true, encoding: .utf8)
      let text = try ParallelText.load(tsv: file, sourceColumn: 0, targetColumn: 1)
      let vocabularies = VocabularyPair(
        source: try WordVocabulary.build(from: text.sources), target: try WordVocabulary.build(from: text.targets))
      let data = TranslationData(text, vocabularies, maximumLength: 3)
      #expect(data.tooLong == 2)
      #expect(data.pairs.map { [$0.source.count, $0.target.count] } == [[4, 1], [2, 3]])
      #expect(data.pairs.allSatisfy { $0.source.last == vocabularies.source.special.end })
      #expect(TranslationData(text, vocabularies).pairs.count == 4)
    }
  }

  @Test("are laid out with begin and end pieces, time-major, padded")
  func layout() {
    let source = SpecialPieces(pad: 9, unknown: 8, begin: 7, end: 6)
    let target = SpecialPieces(pad: 0, unknown: 1, begin: 2, end: 3)
    let batch = TranslationBatch(
      [IDPair(source: [5, 4, 6], target: [11]), IDPair(source: [4, 6], target: [12, 13])], source, target)
    #expect(batch.source.ids == [5, 4, 4, 6, 6, 9])
    #expect(batch.source.lengths == [3, 2])
    #expect(batch.input.ids == [2, 2, 11, 12, 0, 13])
    #expect(batch.expected.ids == [11, 12, 3, 13, 0, 3])
    #expect(batch.input.lengths == [2, 3] && batch.expected.lengths == [2, 3])
    #expect(batch.expected.validRows == [0, 1, 2, 3, 5])
  }
}

extension Range<Int> {
  /// The sizes of this range's parts when it is cut into pieces of `size`.
  fileprivate func split(every size: Int) -> [Int] {
    Swift.stride(from: lowerBound, to: upperBound, by: size).map { Swift.min(size, upperBound - $0) }
  }
}
