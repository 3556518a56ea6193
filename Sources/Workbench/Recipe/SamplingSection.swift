/// How sentences are cut into subwords at random, anew in every pass: `data.sampling`. The names are SentencePiece's.
package struct SamplingSection: Sendable, Equatable {
  /// Among how many best segmentations is drawn; -1 for all. A `bpe` vocabulary has no use for it. Default -1.
  package var nbestSize = -1
  /// How near the draw is to the best one: probabilities to this power (Kudo 2018). With `bpe`, the probability with which a merge is
  /// left out (Provilkov 2020). Default 0.1.
  package var alpha = 0.1

  /// The defaults.
  package init() {}
}

extension SamplingSection: KeyedSection {
  package static let blank = SamplingSection()
  package static let keys: [SectionKey<SamplingSection>] = [
    SectionKey("nbest_size", \.nbestSize, .integer(.through(-1, 512))),
    SectionKey("alpha", \.alpha, .number(.through(0, 10))),
  ]
}
