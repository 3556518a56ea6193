/// One picture of a video, upright, with the time at which it is shown.
public struct Frame: Sendable {
  /// The picture, cut and scaled as it was asked for.
  public var pixels: Pixels
  /// All that is known of the frame besides.
  public let info: FrameInfo

  /// When it is shown.
  public var timestamp: Timestamp { info.timestamp }
  /// How long it is shown; zero where nothing says.
  public var duration: Timestamp { info.duration }
  /// Its place in display order, from 0; see ``FrameInfo/index``.
  public var index: Int { info.index }
}

/// What is known of a frame without its pixels.
public struct FrameInfo: Sendable, Hashable {
  /// Its place in display order, from 0: in the video, or in the range of time that was asked for. For frames chosen by
  /// time it is the place of the time in the list.
  public let index: Int
  /// When it is shown: ffprobe's `best_effort_timestamp`, in ticks of the stream.
  public let timestamp: Timestamp
  /// How long the file says that it is shown, in the same ticks; zero where neither the file nor a frame rate says. Where the
  /// frame rate varies, files may be wrong: the next timestamp is the truth.
  public let duration: Timestamp
  /// Whether it was coded without reference to other frames.
  public let isKeyFrame: Bool
  /// Whether its rows belong to two moments in turn.
  public let isInterlaced: Bool
  /// Whether the file had no timestamp, so that this one follows from the frame before and the frame rate.
  public let isTimestampDerived: Bool
  /// Whether the decoder had to invent a part of it, because the stream is damaged.
  public let isDamaged: Bool
  /// The upright size, before cutting and scaling.
  public let size: PixelSize
  /// Width by height of one pixel on a screen, upright; 1:1 also where the file does not say.
  public let pixelAspect: PixelAspect

  /// The moment at which the next frame should be shown.
  public var end: Timestamp { Timestamp(ticks: timestamp.ticks &+ duration.ticks, timeBase: timestamp.timeBase) }
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
