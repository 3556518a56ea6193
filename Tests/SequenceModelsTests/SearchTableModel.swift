import SequenceModels
import TensorCore

/// A decoder made of a function from what was generated so far to logits. Like a real one it knows a row's past only
/// from the tokens it was given and from `advance`, so a wrong row or a wrong order shows.
final class SearchTableModel {
  /// The logits of the next token for a sentence and the tokens so far, begin first.
  typealias Table = (_ sentence: Int, _ past: [Int]) -> [Float]

  private let table: Table
  private let sourceLengths: [Int]
  private let givesAttention: Bool
  private var sentences: [Int]
  private var pasts: [[Int]]
  /// Hypotheses and sentences of each step so far.
  private(set) var calls: [[Int]] = []
  /// How often `advance` was called.
  private(set) var advances = 0

  init(sourceLengths: [Int], givesAttention: Bool = false, table: @escaping Table) {
    self.sourceLengths = sourceLengths
    self.givesAttention = givesAttention
    self.table = table
    sentences = Array(sourceLengths.indices)
    pasts = sourceLengths.map { _ in [] }
  }

  func step(_ tokens: [Int32], _ hypotheses: Int) -> StepScores {
    calls.append([hypotheses, sentences.count])
    precondition(tokens.count == hypotheses * sentences.count && pasts.count == tokens.count, "rows do not fit")
    for row in pasts.indices { pasts[row].append(Int(tokens[row])) }
    let logits = pasts.indices.map { table(sentences[$0 % sentences.count], pasts[$0]) }
    let columns = logits.first?.count ?? 0
    return StepScores(
      logits: Tensor(logits.flatMap { $0 }, shape: [tokens.count, columns]),
      attention: givesAttention ? attention(hypotheses) : nil)
  }

  func advance(_ rows: [Int32], _ kept: [Int32]?) {
    advances += 1
    pasts = rows.map { pasts[Int($0)] }
    if let kept { sentences = kept.map { sentences[Int($0)] } }
  }

  /// As wide as the longest source that still runs, zeros behind shorter ones.
  private func attention(_ hypotheses: Int) -> Tensor {
    let width = sentences.map { sourceLengths[$0] }.max() ?? 0
    let weights = pasts.indices.flatMap { row in
      let sentence = sentences[row % sentences.count]
      let own = Self.attention(sentence, pasts[row], sourceLength: sourceLengths[sentence])
      return own + [Float](repeating: 0, count: width - own.count)
    }
    return Tensor(weights, shape: [hypotheses, sentences.count, width])
  }

  /// Some numbers that belong to a sentence and a past.
  static func attention(_ sentence: Int, _ past: [Int], sourceLength: Int) -> [Float] {
    var random = SearchNumbers(seed: 5, sentence: sentence, past: past[...])
    return (0..<sourceLength).map { _ in random.number() }
  }

  // MARK: Tables

  /// Logits that depend on the last token only.
  static func markov(seed: Int, vocabulary: Int) -> Table {
    { sentence, past in
      var random = SearchNumbers(seed: seed, sentence: sentence, past: past.suffix(1))
      return (0..<vocabulary).map { _ in random.number() * 3 }
    }
  }

  /// Logits that depend on everything generated so far.
  static func wholePast(seed: Int, vocabulary: Int) -> Table {
    { sentence, past in
      var random = SearchNumbers(seed: seed, sentence: sentence, past: past[...])
      return (0..<vocabulary).map { _ in random.number() * 3 }
    }
  }

  // MARK: Both searches over this model

  static func beam(
    _ sourceLengths: [Int], _ options: SearchOptions, givesAttention: Bool = false, table: @escaping Table
  ) throws -> [[Hypothesis]] {
    try beam(SearchSentence.of(sourceLengths), options, givesAttention: givesAttention, table: table)
  }

  static func beam(
    _ sentences: [SearchSentence], _ options: SearchOptions, givesAttention: Bool = false, table: @escaping Table
  ) throws -> [[Hypothesis]] {
    let model = SearchTableModel(
      sourceLengths: sentences.map(\.sourceLength), givesAttention: givesAttention, table: table)
    return try beamSearch(
      sentences, options: options, step: model.step,
      advance: model.advance)
  }

  static func greedy(
    _ sourceLengths: [Int], _ options: SearchOptions, givesAttention: Bool = false, table: @escaping Table
  ) throws -> [Hypothesis] {
    let model = SearchTableModel(sourceLengths: sourceLengths, givesAttention: givesAttention, table: table)
    return try greedySearch(
      sentences: sourceLengths.count, sourceLengths: sourceLengths, options: options, step: model.step,
      advance: model.advance)
  }
}

extension SearchSentence {
  /// Sentences that begin freely.
  static func of(_ sourceLengths: [Int]) -> [SearchSentence] { sourceLengths.map { SearchSentence(sourceLength: $0) } }
}

extension SearchOptions {
  /// Tokens 0 pad, 1 begin, 2 `</s>`, words from 3 on.
  static func test(beam: Int = 5, best: Int = 1, penalty: LengthPenalty = .gnmt(alpha: 1)) -> SearchOptions {
    var options = SearchOptions(begin: 1, end: 2, forbidden: [0, 1])
    options.beamSize = beam
    options.nBest = best
    options.lengthPenalty = penalty
    options.maxLengthRatio = nil
    return options
  }
}

/// Numbers in -1..<1 that follow from a seed, a sentence and a past (FNV-1a, then SplitMix64).
struct SearchNumbers {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init(seed: Int, sentence: Int, past: ArraySlice<Int>) {
    for value in [seed, sentence] + past { state = (state ^ UInt64(value + 1)) &* 0x100_0000_01b3 }
  }

  mutating func number() -> Float {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float((bits ^ (bits >> 31)) >> 40) / Float(1 << 23) - 1
  }

  mutating func integer(_ range: Range<Int>) -> Int {
    range.lowerBound + min(range.count - 1, Int((number() + 1) / 2 * Float(range.count)))
  }
}
