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

  init(_ candidate: TextCandidate) {
    text = candidate.text
    score = candidate.score
    logProbability = candidate.logProbability
    isComplete = candidate.isComplete
  }
}
