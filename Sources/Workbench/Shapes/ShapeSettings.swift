package import VideoIO

/// What a generated data set is made of. The same settings give the same frames and labels.
package struct ShapeSettings: Sendable, Equatable {
  /// Clips in all splits together, above 0.
  package var clips: Int
  /// What all is drawn from.
  package var seed: UInt64
  /// The size of the frames; the shorter side has ``shortestSide`` pixels or more.
  package var size: PixelSize
  /// How many frames a clip may have, ``fewestFrames`` or more.
  package var frames: ClosedRange<Int>
  /// Frames a second, above 0.
  package var rate: Int
  /// The shares of training, validation and test clips in percent, together 100.
  package var splits: [Int]

  /// Below, a move of a frame would be too small to be seen.
  package static let shortestSide = 64
  /// Fewer do not hold a shape that appears and does something.
  package static let fewestFrames = 24
  /// Goes up when the same settings begin to give other frames.
  private static let generation = 1

  package init(
    clips: Int, seed: UInt64 = 1, size: PixelSize = PixelSize(64, 64), frames: ClosedRange<Int> = 32...64,
    rate: Int = 15, splits: [Int] = [80, 10, 10]
  ) {
    self.clips = clips
    self.seed = seed
    self.size = size
    self.frames = frames
    self.rate = rate
    self.splits = splits
  }

  /// As the folder remembers them.
  var json: JSONValue {
    [
      "generator": "unroll synthesize shapes", "generation": .integer(Self.generation), "clips": .integer(clips),
      "seed": .string(String(seed)), "size": .string(size.description),
      "frames": .string("\(frames.lowerBound)..\(frames.upperBound)"), "rate": .integer(rate),
      "splits": .string(splits.map(String.init).joined(separator: ",")),
    ]
  }

  /// The name of clip `index`, without extension; names sort as their numbers do.
  package static func name(_ index: Int) -> String {
    let digits = String(index)
    return "shapes-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// The clips of each split: training first, then validation, then test. A share above zero has one clip at least, where
  /// there are three or more.
  package var parts: [(name: String, clips: Range<Int>)] {
    var counts = splits.map { share in
      let rounded = (clips * share + 50) / 100
      return share > 0 && clips >= splits.count ? max(1, rounded) : rounded
    }
    // What rounding gave or took is the largest part's.
    if let largest = counts.indices.max(by: { counts[$0] < counts[$1] }) {
      counts[largest] += clips - counts.reduce(0, +)
    }
    var start = 0
    return zip(["train", "valid", "test"], counts).map { name, count in
      defer { start += count }
      return (name, start..<start + count)
    }
  }
}
