import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO

@Suite struct SentencePieceTrainingTests {
  /// 400 sentences of words made of syllables, always the same.
  static let lines: [String] = {
    let syllables = ["ka", "lo", "mi", "ter", "sun", "bra", "vé", "nor", "quis", "pel", "dro", "hav"]
    var state = 1
    func next(_ bound: Int) -> Int {
      state = state * 48_271 % 2_147_483_647
      return state % bound
    }
    return (0..<400).map { _ in
      let words = (0..<3 + next(5)).map { _ in (0..<1 + next(3)).map { _ in syllables[next(12)] }.joined() }
      return words.joined(separator: " ") + "."
    }
  }()

  @Test(arguments: SentencePieceTraining.ModelType.allCases)
  func trainedModelRoundTrips(_ type: SentencePieceTraining.ModelType) throws {
    var training = SentencePieceTraining(vocabularySize: 120)
    training.modelType = type
    training.characterCoverage = 1
    let vocabulary = try SentencePieceVocabulary.train(on: Self.lines, training)
    #expect(vocabulary.count == 120)
    #expect(vocabulary.special == SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3))
    for line in Self.lines {
      let ids = vocabulary.encode(line)
      #expect(vocabulary.decode(ids) == line)
      #expect(ids.count < line.unicodeScalars.count && !ids.contains(0))
    }
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("trained.model")
      try Data(vocabulary.serialized).write(to: file)
      let loaded = try loadVocabulary(at: file)
      #expect(Self.lines.map(loaded.encode) == Self.lines.map(vocabulary.encode))
    }
  }

  @Test(arguments: SentencePieceTraining.ModelType.allCases)
  func trainingIsDeterministic(_ type: SentencePieceTraining.ModelType) throws {
    var training = SentencePieceTraining(vocabularySize: 100)
    training.modelType = type
    training.furtherOptions = ["input_sentence_size": "150", "self_test_sample_size": "5"]
    func bytes() throws -> Data {
      Data(try SentencePieceVocabulary.train(on: Self.lines, training).serialized)
    }
    #expect(try bytes() == bytes())
  }

  @Test func samplingFollowsTheSeed() throws {
    let vocabulary = try SentencePieceVocabulary.train(on: Self.lines, SentencePieceTraining(vocabularySize: 150))
    func sample(_ seed: UInt64) throws -> [[Int]] {
      try vocabulary.sample(Self.lines, alpha: 0.1, nbestSize: -1, seed: seed)
    }
    let first = try sample(1)
    #expect(try first == sample(1))
    #expect(try first != sample(2))
    #expect(first != Self.lines.map(vocabulary.encode))
    #expect(first.map(vocabulary.decode) == Self.lines)
    // One candidate leaves nothing to choose.
    #expect(
      try vocabulary.sample(Self.lines, alpha: 0.1, nbestSize: 1, seed: 1) == Self.lines.map(vocabulary.encode))
    #expect(try vocabulary.sample([], alpha: 0.1, nbestSize: -1, seed: 1) == [])
    expectUnrollError(.badData, mentions: "cannot sample segmentations", "nbest_size") {
      _ = try vocabulary.sample(["a"], alpha: 0.1, nbestSize: 100_000, seed: 1)
    }
  }

  @Test func refusals() {
    func train(
      _ lines: [String] = Self.lines, size: Int = 100, _ change: (inout SentencePieceTraining) -> Void = { _ in }
    )
      throws
    {
      var training = SentencePieceTraining(vocabularySize: size)
      change(&training)
      _ = try SentencePieceVocabulary.train(on: lines, training)
    }
    expectUnrollError(.badData, mentions: "cannot train", "at most 4192 bytes", "letter or a digit") { try train([]) }
    expectUnrollError(
      .badData, mentions: "the text allows at most ",
      " pieces, 5000 were asked for; set data.vocabulary.size (or --size) to "
    ) { try train(size: 5000) }
    expectUnrollError(.badData, mentions: "6 pieces", "smaller than required_chars") { try train(size: 6) }
    expectUnrollError(.usage, mentions: "of 4 pieces", "special pieces") { try train(size: 4) }
    expectUnrollError(.usage, mentions: "of 2000000000 pieces is beyond reason") { try train(size: 2_000_000_000) }
    expectUnrollError(.usage, mentions: "takes no required_chars", "character_coverage") {
      try train {
        $0.modelType = .bpe
        $0.furtherOptions = ["required_chars": "q"]
      }
    }
    expectUnrollError(.usage, mentions: "character_coverage is 0.5", "from 0.98 to 1") {
      try train { $0.characterCoverage = 0.5 }
    }
    expectUnrollError(.usage, mentions: "normalization_rule_name \"nfd\"", "nmt_nfkc") {
      try train { $0.normalizationRuleName = "nfd" }
    }
    expectUnrollError(.badData, mentions: "no_such_option") {
      try train { $0.furtherOptions = ["no_such_option": "1"] }
    }
    for blank in [["", " ", "\t"], ["\u{0}"], ["..."], ["a\u{2585}"], [String(repeating: "a", count: 5000)]] {
      expectUnrollError(.badData, mentions: "cannot train", "holds a letter or a digit") { try train(blank) }
    }
    expectUnrollError(.badData, mentions: "at most 6 pieces, 100 were asked for") { try train(["", "a"]) }
  }
}
