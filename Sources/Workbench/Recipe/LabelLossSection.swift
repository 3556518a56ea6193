/// What a mistake costs: `loss` of a recipe for labels. (`training.label_smoothing` belongs to it, too.)
package struct LabelLossSection: Sendable, Equatable {
  /// What a mistake at a frame of each label weighs.
  package enum ClassWeights: String, CaseIterable, Sendable {
    /// The same for all.
    case none
    /// The inverse of the square root of how often the label occurs, 1 on average over frames.
    case balanced
  }

  /// What a mistake at a frame of each label weighs. Default `none`.
  package var classWeights = ClassWeights.none
  /// The weight of the term that keeps the log-probabilities of neighbouring frames alike (Farha and Gall 2019: 0.15).
  /// Default 0.
  package var smoothing = 0.0
  /// A difference of log-probabilities beyond which that term does not grow. Default 4.
  package var smoothingThreshold = 4.0

  /// The defaults.
  package init() {}
}

extension LabelLossSection: KeyedSection {
  package static let blank = LabelLossSection()
  package static let keys: [SectionKey<LabelLossSection>] = [
    SectionKey("class_weights", \.classWeights, .choice),
    SectionKey("smoothing", \.smoothing, .number(.through(0, 100))),
    SectionKey("smoothing_threshold", \.smoothingThreshold, .number(.above(0))),
  ]
}
