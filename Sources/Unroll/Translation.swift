import Workbench

/// What a sentence became.
public struct Translation: Sendable, Equatable {
  /// One way to say it.
  public struct Candidate: Sendable, Equatable {
    /// The text.
    public let text: String
    /// What candidates are ranked by: `logProbability`, made comparable between lengths as the model's search says.
    public let score: Float
    /// The natural logarithm of the probability that the model gives it.
    public let logProbability: Float
    /// Whether the model ended it; false when it was cut at the greatest length.
    public let isComplete: Bool

    init(_ candidate: TranslationCandidate) {
      text = candidate.text
      score = candidate.score
      logProbability = candidate.logProbability
      isComplete = candidate.isComplete
    }
  }

  /// The best first, at least one.
  public let candidates: [Candidate]

  init(_ candidates: [Candidate]) { self.candidates = candidates }

  /// The best translation; empty where the sentence was empty.
  public var text: String { candidates.first?.text ?? "" }
  /// The score of the best translation.
  public var score: Float { candidates.first?.score ?? 0 }
  /// All but the best, in the order of their scores. There are some only where `TranslationOptions.nBest` asks for them.
  public var alternatives: ArraySlice<Candidate> { candidates.dropFirst() }
}
