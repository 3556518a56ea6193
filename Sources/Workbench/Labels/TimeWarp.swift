import Foundation
import TensorCore

/// Time that goes now faster, now slower: people differ in how long they take.
enum TimeWarp {
  /// Frames between the places where speed is drawn.
  private static let gap = 24

  /// The frame that is shown at each frame of a clip, ascending, from the first to the last: the clip still takes `count` frames.
  ///
  /// - Parameter strength: The logarithm of the speed is uniform in ± this every ``gap`` frames, and the speed is interpolated
  ///   in between.
  static func frames(_ count: Int, strength: Double, using generator: inout SplitMix) -> [Int] {
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
}
