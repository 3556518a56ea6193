/// How the best translation is looked for: `search` of a recipe. Lengths are in target units; limits do not count `</s>`,
/// penalties do.
package struct SearchSection: Sendable, Equatable {
  /// What a hypothesis' log-probability is divided by before hypotheses of different lengths are compared.
  package enum LengthPenalty: String, CaseIterable, Sendable {
    /// ((5 + length) / 6) to the power of `alpha` (GNMT, Wu 2016).
    case gnmt
    /// The length.
    case average
    /// Nothing.
    case none
  }

  /// Hypotheses kept at each step. 1 is greedy search. Default 5.
  package var beamSize = 5
  /// Translations given for each sentence, best first. Default 1.
  package var nBest = 1
  /// How length is allowed for. Default `gnmt`.
  package var lengthPenalty = LengthPenalty.gnmt
  /// The exponent of the `gnmt` penalty. Default 1.
  package var alpha = 1.0
  /// The most units of a translation. Default 200.
  package var maximumLength = 200
  /// A translation has at most this many units for each unit of its source, and ten more; nil for no such limit. Default 2.
  package var maximumLengthRatio: Double? = 2
  /// The fewest units of a translation. Default 0.
  package var minimumLength = 0

  /// The defaults.
  package init() {}
}

extension SearchSection: KeyedSection {
  package static let blank = SearchSection()
  package static let keys: [SectionKey<SearchSection>] = [
    SectionKey("beam_size", \.beamSize, .integer(.through(1, 1000))),
    SectionKey("n_best", \.nBest, .integer(.through(1, 1000))),
    SectionKey("length_penalty", \.lengthPenalty, .choice),
    SectionKey("alpha", \.alpha, .number(.through(0, 10))),
    SectionKey("max_length", \.maximumLength, .integer(.through(1, 100_000))),
    SectionKey("max_length_ratio", \.maximumLengthRatio, .optional(.number(.above(0)))),
    SectionKey("min_length", \.minimumLength, .integer(.atLeast(0))),
  ]

  package func check(_ field: Field) throws {
    if nBest > beamSize {
      throw field.nearest("n_best").error(
        "\(nBest) is more than beam_size, which is \(beamSize)", advice: "give a larger beam_size or a smaller n_best")
    }
    if minimumLength > maximumLength {
      throw field.nearest("min_length").error(
        "\(minimumLength) is more than max_length, which is \(maximumLength)", advice: "give a smaller min_length")
    }
  }
}
