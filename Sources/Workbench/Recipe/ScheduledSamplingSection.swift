import Foundation

/// How often a decoder in training reads its own last unit in place of the true one (Bengio et al. 2015):
/// `training.scheduled_sampling`.
package struct ScheduledSamplingSection: Sendable, Equatable {
  /// How the probability of the true unit goes down with the updates i.
  package enum Schedule: String, CaseIterable, Sendable {
    /// It is 1 - `share` from the beginning.
    case constant
    /// 1 - i / `k`.
    case linear
    /// `base` to the power i / `k`.
    case exponential
    /// k / (k + e^(i / k)) of `k`.
    case inverseSigmoid = "inverse_sigmoid"
  }

  /// How the probability goes down. Default `inverse_sigmoid`.
  package var schedule = Schedule.inverseSigmoid
  /// The updates that the schedule is measured in. Default 2000.
  package var k = 2000.0
  /// The base of `exponential`. Default 0.5.
  package var base = 0.5
  /// The probability of an own unit, which is never above this. Default 0.25.
  package var share = 0.25
  /// Whether an own unit is drawn from the decoder's distribution instead of being the most probable one. Default false.
  package var isDrawn = false

  /// The defaults.
  package init() {}

  /// The probability of an own unit at an update, counted from 0.
  package func ownShare(step: Int) -> Double {
    let i = Double(step) / k
    let truth =
      switch schedule {
      case .constant: 0.0
      case .linear: max(0, 1 - i)
      case .exponential: pow(base, i)
      case .inverseSigmoid: k / (k + exp(i))
      }
    return min(share, 1 - truth)
  }
}

extension ScheduledSamplingSection: KeyedSection {
  package static let blank = ScheduledSamplingSection()
  package static let keys: [SectionKey<ScheduledSamplingSection>] = [
    SectionKey("schedule", \.schedule, .choice),
    SectionKey("k", \.k, .number(.through(1, 1e12))),
    SectionKey("base", \.base, .number(.through(0.001, 0.999999))),
    SectionKey("share", \.share, .number(.aboveThrough(0, 1))),
    SectionKey("sampled", \.isDrawn, .flag),
  ]
}
