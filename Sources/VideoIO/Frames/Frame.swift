/// One picture of a video, upright, with the time at which it is shown.
public struct Frame: Sendable {
  /// The picture, scaled and cut as it was asked for.
  public var pixels: Pixels
  /// When it is shown: ffprobe's `best_effort_timestamp`, in ticks of the stream.
  public let timestamp: Timestamp
  /// How long it is shown, in the same ticks; zero where the file does not say and no frame rate is known.
  public let duration: Timestamp
  /// Its place in display order, from 0. Where reading began inside the video (a range, a time), counted from the first
  /// frame of the range.
  public let index: Int
  /// Whether it was coded without reference to other frames.
  public let isKeyFrame: Bool
  /// Whether its rows are two moments in turn.
  public let isInterlaced: Bool
  /// Whether the file had no timestamp, so that the frame rate or the frames before gave this one.
  public let isTimestampDerived: Bool
  /// Whether the decoder had to invent a part of it, because the stream is damaged.
  public let isDamaged: Bool
  /// Width by height of one pixel of the video on a screen, upright; 1/1 is square, also where the file does not say.
  public let pixelAspect: PixelAspect
}

/// Width by height of a pixel on a screen.
public struct PixelAspect: Hashable, Sendable, CustomStringConvertible {
  /// The width, in parts.
  public let width: Int
  /// The height, in the same parts.
  public let height: Int

  /// Width and height in the same parts, both above zero.
  public init(_ width: Int, _ height: Int) {
    self.width = width
    self.height = height
  }

  /// As `128:117`.
  public var description: String { "\(width):\(height)" }
}
