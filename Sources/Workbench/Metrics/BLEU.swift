import Foundation

/// BLEU (Papineni et al. 2002, https://aclanthology.org/P02-1040) as sacreBLEU computes it.
///
/// The defaults give the number that papers report; its signature says how it was computed.
package struct BLEU: Sendable, Equatable {
  /// What to do about an n-gram order without a match (Chen and Cherry 2014, https://aclanthology.org/W14-3346).
  package enum Smoothing: Sendable, Equatable {
    /// The score is 0.
    case none
    /// This many matches are assumed; 0.1 in the paper.
    case floor(Double)
    /// This is added to matches and totals of all orders but the first; 1 in the paper.
    case addK(Double)
    /// The k-th order without a match counts as 1/2^k matches (NIST).
    case exponential
  }

  /// The longest n-grams that are compared.
  package static let order = 4

  /// Whether upper and lower case are the same.
  package var lowercase: Bool
  package var tokenizer: BLEUTokenizer
  package var smoothing: Smoothing
  /// Whether orders that are longer than the hypothesis are left out, as suits single sentences.
  package var effectiveOrder: Bool

  /// Without arguments: sacreBLEU's defaults.
  package init(
    lowercase: Bool = false, tokenizer: BLEUTokenizer = .thirteenA, smoothing: Smoothing = .exponential,
    effectiveOrder: Bool = false
  ) {
    self.lowercase = lowercase
    self.tokenizer = tokenizer
    self.smoothing = smoothing
    self.effectiveOrder = effectiveOrder
  }

  /// The score of a corpus of detokenized sentences.
  ///
  /// - Parameters:
  ///   - hypotheses: one sentence each.
  ///   - references: whole documents; `references[r][i]` belongs to `hypotheses[i]`.
  /// - Throws: `.badData` when there is nothing to score or a reference has another number of lines.
  package func score(_ hypotheses: [String], references: [[String]]) throws -> BLEUScore {
    try checkReferences(references, for: hypotheses)
    var matcher = NGramMatcher()
    var counts = BLEUCounts()
    for (index, hypothesis) in hypotheses.enumerated() {
      counts.add(segment(hypothesis, references.map { $0[index] }), with: &matcher)
    }
    return score(counts, references: references.count)
  }

  /// The score of one sentence; set ``effectiveOrder`` for it. Throws `.badData` when there is no reference.
  package func score(sentence: String, references: [String]) throws -> BLEUScore {
    try score([sentence], references: references.map { [$0] })
  }

  /// The words of a hypothesis and of its references.
  private func segment(_ hypothesis: String, _ references: [String]) -> [(points: [UInt32], words: [Range<Int>])] {
    ([hypothesis] + references).map { text in
      var points = PythonText.codePoints(text, lowercase: lowercase)
      PythonText.trimEnd(&points)
      return tokenizer.words(points)
    }
  }

  private func score(_ counts: BLEUCounts, references: Int) -> BLEUScore {
    let (hypothesisLength, referenceLength) = (counts.hypothesisLength, counts.referenceLength)
    var brevityPenalty = 1.0
    if hypothesisLength < referenceLength {
      brevityPenalty = hypothesisLength == 0 ? 0 : exp(1 - Double(referenceLength) / Double(hypothesisLength))
    }
    let (precisions, usedOrders) = precisions(counts)
    // Without a single match no smoothing helps.
    let hasMatches = counts.matches.contains { $0 > 0 }
    let logarithms = precisions.prefix(usedOrders).reduce(0.0) { $0 + ($1 == 0 ? -.infinity : log($1)) }
    return BLEUScore(
      score: hasMatches ? brevityPenalty * exp(logarithms / Double(usedOrders)) : 0,
      precisions: hasMatches ? precisions : precisions.map { _ in 0 }, matches: counts.matches, totals: counts.totals,
      brevityPenalty: brevityPenalty, hypothesisLength: hypothesisLength, referenceLength: referenceLength,
      signature: signature(references: references))
  }

  /// Precision in percent for each order, and how many orders enter the mean.
  private func precisions(_ counts: BLEUCounts) -> (precisions: [Double], usedOrders: Int) {
    var precisions = [Double](repeating: 0, count: Self.order)
    var usedOrders = Self.order
    var halvings = 1.0
    for n in 0..<Self.order {
      var match = Double(counts.matches[n])
      var total = Double(counts.totals[n])
      if case .addK(let k) = smoothing, n > 0 {
        match += k
        total += k
      }
      if total == 0 { break }
      if effectiveOrder { usedOrders = n + 1 }
      if match > 0 {
        precisions[n] = 100 * match / total
      } else if case .exponential = smoothing {
        halvings *= 2
        precisions[n] = 100 / (halvings * total)
      } else if case .floor(let value) = smoothing {
        precisions[n] = 100 * value / total
      }
    }
    return (precisions, usedOrders)
  }

  /// sacreBLEU's signature without its `version`, since this is not sacreBLEU.
  private func signature(references: Int) -> String {
    let smooth =
      switch smoothing {
      case .none: "none"
      case .floor(let value): String(format: "floor[%.2f]", value)
      case .addK(let value): String(format: "add-k[%.2f]", value)
      case .exponential: "exp"
      }
    return
      "nrefs:\(references)|case:\(lowercase ? "lc" : "mixed")|eff:\(effectiveOrder ? "yes" : "no")"
      + "|tok:\(tokenizer.rawValue)|smooth:\(smooth)"
  }
}

/// The sums over all segments that BLEU is computed from.
private struct BLEUCounts {
  var matches = [Int](repeating: 0, count: BLEU.order)
  var totals = [Int](repeating: 0, count: BLEU.order)
  var hypothesisLength = 0
  var referenceLength = 0

  /// Adds one segment: the words of the hypothesis, then those of each reference.
  mutating func add(_ texts: [(points: [UInt32], words: [Range<Int>])], with matcher: inout NGramMatcher) {
    var references = matcher.symbols(texts)
    let hypothesis = references.removeFirst()
    let found = matcher.matches(hypothesis, references, upTo: BLEU.order)
    for n in 0..<BLEU.order {
      matches[n] += found[n]
      totals[n] += max(0, hypothesis.count - n)
    }
    hypothesisLength += hypothesis.count
    // The closest length counts, the shorter of two equally close.
    let lengths = references.map(\.count)
    referenceLength += lengths.min { (abs($0 - hypothesis.count), $0) < (abs($1 - hypothesis.count), $1) } ?? 0
  }
}
