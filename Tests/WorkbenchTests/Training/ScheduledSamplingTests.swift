import TestSupport
import Testing
import Workbench

@Suite("How often a decoder reads its own units")
struct ScheduledSamplingScheduleTests {
  /// Bengio et al., 2015, section 2.4, worked out by hand.
  @Test func followsTheSchedules() {
    func shares(_ schedule: ScheduledSamplingSection.Schedule, k: Double, share: Double = 1) -> [Double] {
      var section = ScheduledSamplingSection()
      section.schedule = schedule
      section.k = k
      section.share = share
      return [0, 100, 200, 1_000_000].map { section.ownShare(step: $0) }
    }
    #expect(shares(.constant, k: 1, share: 0.3) == [0.3, 0.3, 0.3, 0.3])
    #expect(shares(.linear, k: 200) == [0, 0.5, 1, 1])
    #expect(shares(.linear, k: 200, share: 0.7) == [0, 0.5, 0.7, 0.7])
    expectClose(shares(.exponential, k: 100), [0, 0.5, 0.75, 1], tolerance: 1e-12)
    // k 20: 20 / 21, 20 / (20 + e^5), 20 / (20 + e^10).
    expectClose(
      shares(.inverseSigmoid, k: 20), [1 - 0.9523809523809523, 1 - 0.11875556581548631, 1 - 0.0009071748817314397, 1],
      tolerance: 1e-7)
  }
}
