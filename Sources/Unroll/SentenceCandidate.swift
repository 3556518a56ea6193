import Workbench

/// A sentence that a model wrote: one translation of a sentence, or one caption of a video.
public struct SentenceCandidate: Sendable, Equatable {
  /// The text.
  public let text: String
  /// What candidates are ranked by: `logProbability`, made comparable between lengths as the model's search says.
  public let score: Float
  /// The natural logarithm of the probability that the model gives it.
  public let logProbability: Float
  /// Whether the model was given all of the source and ended it; false when it was cut at the greatest length.
  public let isComplete: Bool
  /// What the model wrote, unit by unit as its vocabulary spells them: its end too, where it ended the text. A text of
  /// several sentences has several ends.
  public let pieces: [String]
  /// The natural logarithm of the probability of each piece, given those before it; their sum is `logProbability`.
  public let pieceLogProbabilities: [Float]
  /// For each piece, how much of its attention each source position got, `[T][S]` with rows that sum to 1; nil where
  /// that was not asked for, the model has no attention, or there are several sentences.
  public let attention: [[Float]]?

  /// - Parameters:
  ///   - text: The text where it is not that of the candidate alone.
  ///   - isWhole: Whether the model was given all of the source.
  init(_ candidate: TextCandidate, text: String? = nil, isWhole: Bool = true) {
    self.text = text ?? candidate.text
    score = candidate.score
    logProbability = candidate.logProbability
    isComplete = candidate.isComplete && isWhole
    pieces = candidate.scoredPieces
    pieceLogProbabilities = candidate.pieceLogProbabilities
    attention = candidate.attention
  }

  /// Several sentences one after the other, which were written independently: scores and log-probabilities are their sums.
  init(_ sentences: [SentenceCandidate], text: String, isWhole: Bool) {
    self.text = text
    score = Float(sentences.reduce(0) { $0 + Double($1.score) })
    logProbability = Float(sentences.reduce(0) { $0 + Double($1.logProbability) })
    isComplete = sentences.allSatisfy(\.isComplete) && isWhole
    pieces = sentences.flatMap(\.pieces)
    pieceLogProbabilities = sentences.flatMap(\.pieceLogProbabilities)
    attention = nil
  }
}
