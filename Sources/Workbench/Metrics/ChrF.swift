import Foundation

/// chrF and chrF++, F-scores of character and word n-grams (Popović 2015, https://aclanthology.org/W15-3049, and 2017,
/// https://aclanthology.org/W17-4770), as sacreBLEU computes them.
package struct ChrF: Sendable, Equatable {
  /// The longest character n-grams.
  package var characterOrder: Int
  /// The longest word n-grams: 0 for chrF, 2 for chrF++.
  package var wordOrder: Int
  /// How many times as much recall weighs as precision.
  package var beta: Int
  /// Whether upper and lower case are the same.
  package var lowercase: Bool
  /// Whether white space is part of the character n-grams.
  package var whitespace: Bool

  /// Without arguments: sacreBLEU's defaults, chrF2.
  package init(
    characterOrder: Int = 6, wordOrder: Int = 0, beta: Int = 2, lowercase: Bool = false, whitespace: Bool = false
  ) {
    self.characterOrder = characterOrder
    self.wordOrder = wordOrder
    self.beta = beta
    self.lowercase = lowercase
    self.whitespace = whitespace
  }

  /// The score of a corpus of detokenized sentences; of several references the best one of each sentence counts.
  ///
  /// - Parameters:
  ///   - hypotheses: one sentence each.
  ///   - references: whole documents; `references[r][i]` belongs to `hypotheses[i]`.
  /// - Throws: `.badData` when there is nothing to score or a reference has another number of lines.
  package func score(_ hypotheses: [String], references: [[String]]) throws -> ChrFScore {
    try checkReferences(references, for: hypotheses)
    var matcher = NGramMatcher()
    var sums = [Counts](repeating: Counts(), count: characterOrder + wordOrder)
    for (index, hypothesis) in hypotheses.enumerated() {
      let best = best(hypothesis, references.map { $0[index] }, &matcher)
      for (order, counts) in best.enumerated() { sums[order].add(counts) }
    }
    return ChrFScore(
      score: fScore(sums), name: "chrF\(beta)" + String(repeating: "+", count: wordOrder),
      signature: "nrefs:\(references.count)|case:\(lowercase ? "lc" : "mixed")|eff:yes|nc:\(characterOrder)"
        + "|nw:\(wordOrder)|space:\(whitespace ? "yes" : "no")")
  }

  /// The score of one sentence. Throws `.badData` when there is no reference.
  package func score(sentence: String, references: [String]) throws -> ChrFScore {
    try score([sentence], references: references.map { [$0] })
  }

  /// n-grams of one order: in the hypothesis, in the reference, in both.
  private struct Counts {
    var hypothesis = 0
    var reference = 0
    var matches = 0

    mutating func add(_ other: Counts) {
      hypothesis += other.hypothesis
      reference += other.reference
      matches += other.matches
    }
  }

  /// The counts against the reference that gives the best score, the first of equals.
  private func best(_ hypothesis: String, _ references: [String], _ matcher: inout NGramMatcher) -> [Counts] {
    let hypothesis = PythonText.codePoints(hypothesis, lowercase: lowercase)
    var best: (score: Double, counts: [Counts]) = (-1, [])
    for reference in references {
      let reference = PythonText.codePoints(reference, lowercase: lowercase)
      var counts = Self.counts(characters(hypothesis), characters(reference), upTo: characterOrder, &matcher)
      if wordOrder > 0 {
        let symbols = matcher.symbols([(hypothesis, Self.words(hypothesis)), (reference, Self.words(reference))])
        counts += Self.counts(symbols[0], symbols[1], upTo: wordOrder, &matcher)
      }
      let score = fScore(counts)
      if score > best.score { best = (score, counts) }
    }
    return best.counts
  }

  private func characters(_ points: [UInt32]) -> [UInt32] {
    whitespace ? points : points.filter { !PythonText.isSpace($0) }
  }

  private static func counts(
    _ hypothesis: [UInt32], _ reference: [UInt32], upTo order: Int, _ matcher: inout NGramMatcher
  ) -> [Counts] {
    guard order > 0 else { return [] }
    return matcher.matches(hypothesis, [reference], upTo: order).enumerated().map { index, matches in
      let inReference = max(0, reference.count - index)
      // An order that the reference does not have says nothing about the hypothesis.
      let inHypothesis = inReference > 0 ? max(0, hypothesis.count - index) : 0
      return Counts(hypothesis: inHypothesis, reference: inReference, matches: matches)
    }
  }

  /// Words between white space, with one ASCII punctuation mark split off at the end or else at the start.
  private static func words(_ points: [UInt32]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    for word in PythonText.words(points) {
      let (first, last) = (word.lowerBound, word.upperBound - 1)
      if first < last && isPunctuation(points[last]) {
        words += [first..<last, last..<(last + 1)]
      } else if first < last && isPunctuation(points[first]) {
        words += [first..<(first + 1), (first + 1)..<(last + 1)]
      } else {
        words.append(word)
      }
    }
    return words
  }

  /// Python's `string.punctuation`.
  private static func isPunctuation(_ point: UInt32) -> Bool {
    switch point {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// The F-score in percent of precision and recall averaged over the orders that both sides have.
  private func fScore(_ counts: [Counts]) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0.0)
    for count in counts where count.hypothesis > 0 && count.reference > 0 {
      precision += Double(count.matches) / Double(count.hypothesis)
      recall += Double(count.matches) / Double(count.reference)
      orders += 1
    }
    guard precision + recall > 0 else { return 0 }
    precision /= orders
    recall /= orders
    let factor = Double(beta * beta)
    return 100 * ((1 + factor) * precision * recall / (factor * precision + recall))
  }
}

/// A chrF or chrF++ score.
package struct ChrFScore: Sendable, Equatable, CustomStringConvertible {
  /// 0 to 100.
  package let score: Double
  /// `chrF2`, or `chrF2++` with word n-grams.
  package let name: String
  /// How it was computed, as sacreBLEU writes it, without `version`.
  package let signature: String

  /// `chrF2 = 49.12`, as sacreBLEU prints it.
  package var description: String { "\(name) = " + String(format: "%.2f", score) }
}
