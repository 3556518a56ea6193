/// What a sentence became.
public struct Translation: Sendable, Equatable {
  /// One way to say it.
  public typealias Candidate = SentenceCandidate

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
