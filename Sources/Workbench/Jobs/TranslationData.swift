package import SequenceModels
import TensorCore
package import TextIO

/// A sentence pair as piece ids.
package struct IDPair: Sendable, Equatable {
  /// The source, with its end piece.
  package let source: [Int]
  /// The target, without begin and end.
  package let target: [Int]

  package init(source: [Int], target: [Int]) {
    self.source = source
    self.target = target
  }
}

/// Sentence pairs laid out for training: what the encoder reads, what the decoder reads and what it should say.
package struct TranslationBatch: Sendable {
  package let source: TokenBatch
  /// From the begin piece on.
  package let input: TokenBatch
  /// The same a step later, up to the end piece.
  package let expected: TokenBatch

  /// Lays out pairs, with the special pieces of both sides.
  package init(_ pairs: [IDPair], _ source: SpecialPieces, _ target: SpecialPieces) {
    self.source = TokenBatch(pairs.map(\.source), padding: source.pad)
    let sentences = TargetBatch(pairs.map(\.target), target)
    (input, expected) = (sentences.input, sentences.expected)
  }
}

extension TokenBatch {
  /// Word dropout: a share of the units becomes the unknown unit, but not what begins and ends a sentence.
  func dropping(_ share: Double, _ special: SpecialPieces, on tape: Tape?) -> TokenBatch {
    // A share just below 1 is 1 in 32 bits.
    dropping(
      min(Float(share), Float(1).nextDown), as: special.unknown, keeping: [special.begin, special.end, special.pad],
      on: tape)
  }
}

extension TrainingSection {
  /// The inputs of a step that are the decoder's own, as scheduled sampling has them; nil without it or without a tape.
  func ownInputs(on tape: Tape?) -> OwnInputs? {
    guard let scheduledSampling, let tape else { return nil }
    // The tape of a batch bears the number of the batch among those of all steps.
    let step = Int(tape.randomness.stream) / accumulate
    return OwnInputs(share: Float(scheduledSampling.ownShare(step: step)), isDrawn: scheduledSampling.isDrawn)
  }
}

/// Sentences to write, laid out for teacher forcing.
package struct TargetBatch: Sendable {
  /// What the decoder reads: from the begin piece on.
  package let input: TokenBatch
  /// What it should say: the same a step later, up to the end piece.
  package let expected: TokenBatch

  /// Lays out sentences without begin and end.
  package init(_ sentences: [[Int]], _ special: SpecialPieces) {
    input = TokenBatch(sentences.map { [special.begin] + $0 }, padding: special.pad)
    expected = TokenBatch(sentences.map { $0 + [special.end] }, padding: special.pad)
  }
}

/// Sentence pairs in piece ids, and the order in which a run sees them.
package struct TranslationData: Sendable {
  package let pairs: [IDPair]
  /// Pairs left out because a side was longer than allowed.
  package let tooLong: Int

  /// Takes pairs as they are.
  package init(_ pairs: [IDPair]) {
    self.pairs = pairs
    tooLong = 0
  }

  /// Encodes text; pairs with more than `maximumLength` pieces on a side are left out.
  package init(_ text: ParallelText, _ vocabularies: VocabularyPair, maximumLength: Int = .max) {
    self.init(
      text.sources.lazy.map(vocabularies.source.encode), text.targets.lazy.map(vocabularies.target.encode),
      end: vocabularies.source.special.end, maximumLength: maximumLength)
  }

  /// Encodes text for a pass, sides with subwords by segmentations drawn for it: a function of seed and pass alone.
  ///
  /// - Throws: `UnrollError` when a vocabulary cannot draw any.
  package init(
    _ text: ParallelText, _ vocabularies: VocabularyPair, sampling: SamplingSection, seed: UInt64, epoch: Int,
    maximumLength: Int = .max
  ) throws {
    var seeds = SplitMix(seed: seed &* 0x9E37_79B9 &+ UInt64(epoch))
    func drawn(_ sentences: [String], _ vocabulary: any Vocabulary) throws -> [[Int]] {
      let seed = seeds.next()
      guard let subwords = vocabulary as? SentencePieceVocabulary else { return sentences.map(vocabulary.encode) }
      return try subwords.sample(
        sentences, alpha: Float(sampling.alpha), nbestSize: sampling.nbestSize, seed: seed)
    }
    self.init(
      try drawn(text.sources, vocabularies.source), try drawn(text.targets, vocabularies.target),
      end: vocabularies.source.special.end, maximumLength: maximumLength)
  }

  private init(_ sources: some Sequence<[Int]>, _ targets: some Sequence<[Int]>, end: Int, maximumLength: Int) {
    var pairs: [IDPair] = []
    pairs.reserveCapacity(sources.underestimatedCount)
    var tooLong = 0
    for (source, target) in zip(sources, targets) {
      let pair = IDPair(source: source + [end], target: target)
      if pair.source.count - 1 > maximumLength || pair.target.count > maximumLength {
        tooLong += 1
      } else {
        pairs.append(pair)
      }
    }
    self.pairs = pairs
    self.tooLong = tooLong
  }

  /// The shares of pieces that stand for text outside the vocabulary, end pieces not counted.
  package func unknownShares(_ vocabularies: VocabularyPair) -> (source: Double, target: Double) {
    func share(_ sides: [ArraySlice<Int>], of unknown: Int) -> Double {
      let (all, unknowns) = sides.reduce((0, 0)) { sums, ids in
        (sums.0 + ids.count, sums.1 + ids.count { $0 == unknown })
      }
      return Double(unknowns) / Double(max(all, 1))
    }
    return (
      share(pairs.map { $0.source.dropLast() }, of: vocabularies.source.special.unknown),
      share(pairs.map { $0.target[...] }, of: vocabularies.target.special.unknown)
    )
  }

  /// The batches of a pass, as lists of indices into `pairs`: shuffled, then sorted by length within buckets so that
  /// a batch holds sentences of like length, then the batches shuffled. A function of seed and epoch alone.
  package func batches(_ plan: DataSection, seed: UInt64, epoch: Int) -> [[Int]] {
    var generator = SplitMix(seed: seed &* 0x9E37_79B9 &+ UInt64(epoch))
    let order = pairs.indices.shuffled(using: &generator)
    var batches: [[Int]] = []
    for start in stride(from: 0, to: order.count, by: plan.bucketSize) {
      let bucket = order[start..<min(start + plan.bucketSize, order.count)].sorted {
        (pairs[$0].target.count, pairs[$0].source.count, $0) < (pairs[$1].target.count, pairs[$1].source.count, $1)
      }
      batches += cut(bucket, plan)
    }
    return batches.shuffled(using: &generator)
  }

  /// Cuts sorted indices into batches of so many sentences, or of so many target pieces.
  package func cut(_ indices: [Int], _ plan: DataSection) -> [[Int]] {
    var batches: [[Int]] = []
    var current: [Int] = []
    var pieces = 0
    for index in indices {
      let size = pairs[index].target.count + 1
      let isFull =
        switch plan.batchType {
        case .sentence: current.count >= plan.batchSize
        case .token: pieces + size > plan.batchSize
        }
      if isFull && !current.isEmpty {
        batches.append(current)
        current = []
        pieces = 0
      }
      current.append(index)
      pieces += size
    }
    if !current.isEmpty { batches.append(current) }
    return batches
  }
}
