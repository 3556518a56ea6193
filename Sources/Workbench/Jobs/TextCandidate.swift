package import SequenceModels
package import TextIO

/// One sentence that a model wrote.
package struct TextCandidate: Sendable, Equatable {
  /// Detokenised text.
  package let text: String
  /// The length-penalised log-probability that candidates are ranked by.
  package let score: Float
  /// The sum of the log-probabilities of its pieces.
  package let logProbability: Float
  /// The pieces, without begin and end.
  package let pieces: [String]
  /// How the piece is written that ends a complete sentence.
  package let end: String
  /// The log-probability of each piece given those before it, and that of the end where it is complete.
  package let pieceLogProbabilities: [Float]
  /// Whether it was ended by the model rather than cut at the maximum length.
  package let isComplete: Bool
  /// For each piece, and the end where it is complete, how much the model looked at each source position, `[T][S]`; nil where
  /// that was not asked for or there is no attention.
  package let attention: [[Float]]?

  /// Nothing, for a source without anything.
  package static let empty = TextCandidate(
    text: "", score: 0, logProbability: 0, pieces: [], end: "", pieceLogProbabilities: [], isComplete: true,
    attention: nil)

  /// The pieces that have a log-probability: all of them, and the end where it is complete.
  package var scoredPieces: [String] { pieceLogProbabilities.count > pieces.count ? pieces + [end] : pieces }
}

extension TextCandidate {
  /// What a search found, as text.
  ///
  /// - Parameter words: The words of the source, where each position of it but the last is one: an unknown word becomes
  ///   the one that attention was on most when it was written (Luong et al., 2015, "Addressing the Rare Word Problem").
  init(_ hypothesis: Hypothesis, _ vocabulary: any Vocabulary, replacingUnknownBy words: [String]? = nil) {
    self.init(
      text: Self.text(hypothesis, vocabulary, words), score: hypothesis.score,
      logProbability: hypothesis.logProbability, pieces: hypothesis.tokens.map(vocabulary.piece),
      end: vocabulary.piece(vocabulary.special.end), pieceLogProbabilities: hypothesis.tokenLogProbabilities,
      isComplete: hypothesis.isComplete, attention: hypothesis.attention)
  }

  private static func text(_ hypothesis: Hypothesis, _ vocabulary: any Vocabulary, _ words: [String]?) -> String {
    let unknown = vocabulary.special.unknown
    guard let words, let attention = hypothesis.attention, hypothesis.tokens.contains(unknown) else {
      return vocabulary.decode(hypothesis.tokens)
    }
    return zip(hypothesis.tokens, attention).compactMap { token, weights in
      guard token == unknown else { return vocabulary.decode([token]) }
      // Ties: the earlier word. The end of the source is no word.
      return zip(words, weights).reduce(nil as (word: String, weight: Float)?) { best, next in
        (best?.weight ?? -1) >= next.1 ? best : (next.0, next.1)
      }?.word
    }.joined(separator: " ")
  }
}

extension SearchOptions {
  /// The search that a recipe or a model describes, for a target vocabulary.
  package init(_ section: SearchSection, target: SpecialPieces) {
    self.init(begin: target.begin, end: target.end, forbidden: [target.pad, target.begin])
    beamSize = section.beamSize
    nBest = section.nBest
    lengthPenalty =
      switch section.lengthPenalty {
      case .gnmt: .gnmt(alpha: Float(section.alpha))
      case .average: .average
      case .none: .none
      }
    coveragePenalty = Float(section.coveragePenalty)
    maxLength = section.maximumLength
    maxLengthRatio = section.maximumLengthRatio.map { Float($0) }
    minLength = section.minimumLength
    noRepeatNgramSize = section.noRepeatNgramSize
    repetitionPenalty = Float(section.repetitionPenalty)
    if section.forbidsUnknown { forbidden.append(target.unknown) }
  }
}
