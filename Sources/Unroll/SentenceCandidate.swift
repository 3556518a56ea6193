import Workbench

/// A sentence that a model wrote: one translation of a sentence, or one caption of a video.
public struct SentenceCandidate: Sendable, Equatable {
  /// The text.
  public let text: String
  /// What candidates are ranked by: `logProbability`, made comparable between lengths as the model's search says.
  public let score: Float
  /// The natural logarithm of the probability that the model gives it.
  public let logProbability: Float
  /// Whether the model ended it; false when it was cut at the greatest length.
  public let isComplete: Bool
  /// What the model wrote, unit by unit as its vocabulary spells them: its end too, where it ended the text.
  public let pieces: [String]
  /// The natural logarithm of the probability of each piece, given those before it; their sum is `logProbability`.
  public let pieceLogProbabilities: [Float]
  /// For each piece, how much of its attention each source position got, `[T][S]` with rows that sum to 1; nil where
  /// that was not asked for or the model has no attention.
  public let attention: [[Float]]?

  init(_ candidate: TextCandidate) {
    text = candidate.text
    score = candidate.score
    logProbability = candidate.logProbability
    isComplete = candidate.isComplete
    pieces = candidate.scoredPieces
    pieceLogProbabilities = candidate.pieceLogProbabilities
    attention = candidate.attention
  }
}
