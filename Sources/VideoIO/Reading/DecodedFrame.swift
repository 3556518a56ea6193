import CFFmpeg

/// A frame as the decoder gave it: not yet upright, nor scaled.
final class DecodedFrame: Sendable {
  let picture: Picture
  /// The orientation that stream or frame ask for.
  let orientation: Orientation
  let timestamp: Timestamp
  let duration: Timestamp
  let isTimestampDerived: Bool
  let isDamaged: Bool
  let pixelAspect: PixelAspect

  init(
    _ picture: consuming Picture, orientation: Orientation, timestamp: Timestamp, duration: Timestamp,
    isTimestampDerived: Bool, isDamaged: Bool, pixelAspect: PixelAspect
  ) {
    self.picture = picture
    self.orientation = orientation
    self.timestamp = timestamp
    self.duration = duration
    self.isTimestampDerived = isTimestampDerived
    self.isDamaged = isDamaged
    self.pixelAspect = pixelAspect
  }

  var isKeyFrame: Bool { unroll_frame_is_key(picture.pointer) != 0 }

  /// The moment at which the next frame should be shown.
  var end: Timestamp { Timestamp(ticks: timestamp.ticks &+ duration.ticks, timeBase: timestamp.timeBase) }

  /// What users see of it.
  func info(index: Int) -> FrameInfo {
    FrameInfo(
      index: index, timestamp: timestamp, duration: duration, isKeyFrame: isKeyFrame,
      isInterlaced: unroll_frame_is_interlaced(picture.pointer) != 0, isTimestampDerived: isTimestampDerived,
      isDamaged: isDamaged, size: orientation.upright(picture.size), pixelAspect: pixelAspect)
  }
}

/// A frame that was chosen, and its number; see ``FrameInfo/index``.
typealias SelectedFrame = (frame: DecodedFrame, index: Int)
