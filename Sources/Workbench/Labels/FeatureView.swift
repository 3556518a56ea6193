import Foundation
import SequenceModels
package import TensorCore

/// How the features of a clip are shown to the network in training: each stretched and moved, the same at all frames, and time
/// now faster, now slower.
///
/// Scores of classifiers that were trained on other clips differ in what they call zero and in their scale; people differ in
/// how long they take.
package struct FeatureView: Sendable, Equatable {
  /// Frames between the places where speed is drawn.
  private static let gap = 24

  /// What each feature is multiplied by, `[D]`.
  package let gain: [Float]
  /// What is added then, `[D]`.
  package let shift: [Float]
  /// The frame that is shown at each frame, `[F]`: ascending, from the first to the last.
  package let frames: [Int]

  /// A view drawn at random.
  ///
  /// - Parameters:
  ///   - features: The numbers of a frame, D.
  ///   - count: Frames of the clip, F.
  ///   - generator: What is drawn depends on it alone.
  package init(features: Int, count: Int, _ augmentation: AugmentationSection, using generator: inout SplitMix) {
    let spread = Float(augmentation.featureGain)
    gain = (0..<features).map { _ in 1 + spread * Float.random(in: -1...1, using: &generator) }
    var initializer = Initializer(seed: generator.next())
    shift = initializer.normal([features], deviation: Float(augmentation.featureShift)).values
    frames = Self.warped(count, augmentation.timeWarp, using: &generator)
  }

  /// The frames of a clip at a speed that changes: its logarithm is uniform in ±`strength` every ``gap`` frames, and the speed is
  /// interpolated in between. The whole clip still takes `count` frames.
  private static func warped(_ count: Int, _ strength: Double, using generator: inout SplitMix) -> [Int] {
    guard strength > 0, count > 2 else { return Array(0..<count) }
    let speeds = (0...count / gap + 1).map { _ in exp(Double.random(in: -strength...strength, using: &generator)) }
    var places = [0.0]
    for frame in 1..<count {
      let part = Double(frame % gap) / Double(gap)
      places.append(places[frame - 1] + speeds[frame / gap] * (1 - part) + speeds[frame / gap + 1] * part)
    }
    let scale = Double(count - 1) / places[count - 1]
    return places.map { Int(($0 * scale).rounded()) }
  }

  /// Writes the features that are shown at frames `range` to `target`, one frame after another.
  ///
  /// - Parameter values: All features of the clip, `[F, D]`.
  package func write(_ values: [Float], _ range: Range<Int>, to target: UnsafeMutablePointer<Float>) {
    let width = gain.count
    for (row, frame) in range.enumerated() {
      let start = frames[frame] * width
      for feature in 0..<width {
        target[row * width + feature] = values[start + feature] * gain[feature] + shift[feature]
      }
    }
  }
}
