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
  /// Whether it was ended by the model rather than cut at the maximum length.
  package let isComplete: Bool
  /// For each piece, and the end where it is complete, how much the model looked at each source position, `[T][S]`; nil where
  /// that was not asked for or there is no attention.
  package let attention: [[Float]]?

  /// Nothing, for a source without anything.
  package static let empty = TextCandidate(
    text: "", score: 0, logProbability: 0, pieces: [], isComplete: true, attention: nil)
}

extension TextCandidate {
  /// What a search found, as text.
  init(_ hypothesis: Hypothesis, _ vocabulary: any Vocabulary) {
    self.init(
      text: vocabulary.decode(hypothesis.tokens), score: hypothesis.score, logProbability: hypothesis.logProbability,
      pieces: hypothesis.tokens.map(vocabulary.piece), isComplete: hypothesis.isComplete,
      attention: hypothesis.attention)
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
    maxLength = section.maximumLength
    maxLengthRatio = section.maximumLengthRatio.map { Float($0) }
    minLength = section.minimumLength
  }
}
