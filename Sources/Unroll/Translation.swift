/// What a sentence became.
public struct Translation: Sendable, Equatable {
  /// One way to say it.
  public typealias Candidate = SentenceCandidate

  /// The best first, at least one. Drawn ones (``SearchSettings/sampling``) stand in the order in which they were drawn, those
  /// of ``TranslationOptions/alternatives`` in that of the probabilities of the units that tell them apart.
  public let candidates: [Candidate]
  /// What attention is over: the units of the sentence and what ends it. Empty where attention was not asked for.
  public let sourcePieces: [String]

  init(_ candidates: [Candidate], sourcePieces: [String]) {
    self.candidates = candidates
    self.sourcePieces = sourcePieces
  }

  /// The best translation; empty where the sentence was empty.
  public var text: String { candidates.first?.text ?? "" }
  /// The score of the best translation.
  public var score: Float { candidates.first?.score ?? 0 }
  /// All but the first. There are some only where `SearchSettings.nBest` or `TranslationOptions.alternatives` asks for them.
  public var alternatives: ArraySlice<Candidate> { candidates.dropFirst() }
}
