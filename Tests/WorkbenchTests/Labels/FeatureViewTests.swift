import Foundation
import TensorCore
import TestSupport
import Testing
import Workbench

@Suite("How features are shown in training")
struct FeatureViewTests {
  private func view(_ count: Int, seed: UInt64, _ change: (inout AugmentationSection) -> Void) -> FeatureView {
    var augmentation = AugmentationSection()
    change(&augmentation)
    var generator = SplitMix(seed: seed)
    return FeatureView(features: 3, count: count, augmentation, using: &generator)
  }

  @Test("without augmentation they are as they are")
  func plain() {
    let view = view(50, seed: 1) { _ in }
    #expect(view.gain == [1, 1, 1] && view.shift == [0, 0, 0] && view.frames == Array(0..<50))
  }

  @Test("each feature is stretched and moved, the same at all frames that are shown")
  func written() {
    let view = view(40, seed: 2) { ($0.featureShift, $0.featureGain, $0.timeWarp) = (0.5, 0.4, 1) }
    let values = randomTensor([40, 3], seed: 3).values
    var found = [Float](repeating: 0, count: 8 * 3)
    found.withUnsafeMutableBufferPointer { target in
      if let base = target.baseAddress { view.write(values, 30..<38, to: base) }
    }
    var expected: [Float] = []
    for frame in 30..<38 {
      let start = view.frames[frame] * 3
      for feature in 0..<3 { expected.append(values[start + feature] * view.gain[feature] + view.shift[feature]) }
    }
    expectClose(found, expected, tolerance: 1e-6)
    #expect(Set(view.gain).count == 3 && view.gain.allSatisfy { 0.6...1.4 ~= $0 })
    #expect(Set(view.shift).count == 3)
  }

  @Test("what is added has the deviation that was asked for")
  func deviation() {
    let shifts = (0..<2000 as Range<UInt64>).flatMap { seed in view(1, seed: seed) { $0.featureShift = 0.5 }.shift }
    let mean = shifts.reduce(0, +) / Float(shifts.count)
    let square = shifts.reduce(0) { $0 + $1 * $1 } / Float(shifts.count)
    expectClose(mean, 0, tolerance: 0.03)
    expectClose(square.squareRoot(), 0.5, tolerance: 0.02)
  }

  @Test("time runs from the first frame to the last, never back", arguments: [0, 1, 2, 3, 23, 24, 25, 300])
  func warp(count: Int) {
    for seed in 0..<20 as Range<UInt64> {
      let frames = view(count, seed: seed) { $0.timeWarp = 1 }.frames
      #expect(frames.count == count && frames.first ?? 0 == 0 && frames.last ?? 0 == max(0, count - 1))
      let steps = zip(frames, frames.dropFirst()).map { $1 - $0 }
      #expect(steps.allSatisfy { $0 >= 0 })
      // The speed is between e^-1 and e, relative to a mean in the same range, and a frame is a whole number.
      #expect(steps.allSatisfy { $0 <= 8 })
      if count > 100 { #expect(Set(steps).count > 1) }
    }
  }
}
