/// What a text became.
public struct Translation: Sendable, Equatable {
  /// One way to say it.
  public typealias Candidate = SentenceCandidate

  /// The best first, at least one. Drawn ones (``SearchSettings/sampling``) stand in the order in which they were drawn, those
  /// of ``TranslationOptions/alternatives`` in that of the probabilities of the units that tell them apart. Those of several
  /// sentences are combinations of theirs: the best by the sum of the scores, the samples of the same number, or the
  /// alternatives of the first with the best of the others.
  public let candidates: [Candidate]
  /// What attention is over: the units of the sentence and what ends it. Empty where attention was not asked for, and where
  /// there are several sentences, each of which has its own.
  public let sourcePieces: [String]
  /// The sentences of the text and what each became, where there are several.
  public let sentences: [TranslatedSentence]
  /// How many of them were too long for the model, and went to it in parts, each of which is one of `sentences`.
  public let dividedSentences: Int
  /// Whether some of the source was left out: the end of a word that is too long by itself, or of a text that is not to be
  /// split.
  public let isSourceCut: Bool

  /// The best translation; empty where the text was empty.
  public var text: String { candidates.first?.text ?? "" }
  /// The score of the best translation.
  public var score: Float { candidates.first?.score ?? 0 }
  /// All but the first. There are some only where `SearchSettings.nBest` or `TranslationOptions.alternatives` asks for them.
  public var alternatives: ArraySlice<Candidate> { candidates.dropFirst() }
}

/// One of several sentences of a text, or a part of one that was too long.
public struct TranslatedSentence: Sendable, Equatable {
  /// The sentence.
  public let source: String
  /// What it became, as in ``Translation``.
  public let candidates: [SentenceCandidate]
  /// What attention is over; empty where attention was not asked for.
  public let sourcePieces: [String]
}
