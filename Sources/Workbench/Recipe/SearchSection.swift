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
  /// The weight of the coverage penalty, GNMT's beta, added to the score of a finished hypothesis; needs attention. Default 0: none.
  package var coveragePenalty = 0.0
  /// The most units of a translation. Default 200.
  package var maximumLength = 200
  /// A translation has at most this many units for each unit of its source, and ten more; nil for no such limit. Default 2.
  package var maximumLengthRatio: Double? = 2
  /// The most units of a sentence that goes through the model in one piece; longer ones are divided. Default nil: 50, or
  /// 250 where units are characters.
  package var maximumSourceLength: Int?
  /// The fewest units of a translation. Default 0.
  package var minimumLength = 0
  /// The length of runs of units of which none comes twice in a translation. Default 0: any may.
  package var noRepeatNgramSize = 0
  /// How much less probable units become that are there already (CTRL, Keskar 2019). Default 1: not at all.
  package var repetitionPenalty = 1.0
  /// Whether `<unk>` is never written. Default false.
  package var forbidsUnknown = false
  /// Whether `<unk>` becomes the source word that attention was on most (Luong 2015); for models of words. Default false.
  package var replacesUnknown = false
  /// With `--sample`: what logits are divided by. Default 1.
  package var temperature = 1.0
  /// With `--sample`: how many of the most probable units remain. Default 0: all.
  package var topK = 0
  /// With `--sample`: the share of the probability that the most probable units that remain have. Default 1.
  package var topP = 1.0

  /// The defaults.
  package init() {}
}

extension SearchSection: KeyedSection {
  package static let blank = SearchSection()
  /// A sentence of more units than this is never asked for.
  package static let mostUnits = 100_000
  package static let keys: [SectionKey<SearchSection>] = [
    SectionKey("beam_size", \.beamSize, .integer(.through(1, 1000))),
    SectionKey("n_best", \.nBest, .integer(.through(1, 1000))),
    SectionKey("length_penalty", \.lengthPenalty, .choice),
    SectionKey("alpha", \.alpha, .number(.through(0, 10))),
    SectionKey("coverage_penalty", \.coveragePenalty, .number(.through(0, 10))),
    SectionKey("max_length", \.maximumLength, .integer(.through(1, mostUnits))),
    SectionKey("max_length_ratio", \.maximumLengthRatio, .optional(.number(.above(0)))),
    SectionKey("max_source_length", \.maximumSourceLength, .optional(.integer(.through(1, mostUnits)))),
    SectionKey("min_length", \.minimumLength, .integer(.through(0, mostUnits))),
    SectionKey("no_repeat_ngram_size", \.noRepeatNgramSize, .integer(.through(0, 1000))),
    SectionKey("repetition_penalty", \.repetitionPenalty, .number(.through(0.01, 100))),
    SectionKey("forbid_unknown", \.forbidsUnknown, .flag),
    SectionKey("replace_unknown", \.replacesUnknown, .flag),
    SectionKey("temperature", \.temperature, .number(.through(0.01, 100))),
    SectionKey("top_k", \.topK, .integer(.through(0, 1_000_000))),
    SectionKey("top_p", \.topP, .number(.aboveThrough(0, 1))),
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
    if forbidsUnknown && replacesUnknown {
      throw field.nearest("replace_unknown").error(
        "forbid_unknown leaves nothing to replace", advice: "remove one of the two")
    }
  }

  /// Checks what needs attention, in a recipe whose `search` this is.
  func checkAttention(_ recipe: Field, _ attention: ModelSection.Attention) throws {
    guard attention == .none else { return }
    for (key, isUsed) in [("coverage_penalty", coveragePenalty != 0), ("replace_unknown", replacesUnknown)] where isUsed
    {
      throw recipe.nearest("search.\(key)").error("model.attention is none", advice: "remove one of the two")
    }
  }
}
