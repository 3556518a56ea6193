import SequenceModels
package import TensorCore

/// How the features of a clip are shown to the network in training: each stretched and moved, the same at all frames, and time
/// now faster, now slower.
///
/// Scores of classifiers that were trained on other clips differ in what they call zero and in their scale.
package struct FeatureView: Sendable, Equatable {
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
    frames = TimeWarp.frames(count, strength: augmentation.timeWarp, using: &generator)
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
