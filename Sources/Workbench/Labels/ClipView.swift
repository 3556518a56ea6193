package import TensorCore
package import VideoIO

/// How a clip is shown to the network: which part of its pictures, mirrored or not, how bright, what is blacked out, and how
/// fast.
package struct ClipView: Sendable, Equatable {
  /// The upper left corner of the part that is seen.
  package var corner: PixelPoint
  /// Whether left and right are exchanged.
  package var isMirrored = false
  /// What brightness is multiplied by.
  package var brightness: Float = 1
  /// Frames that are blacked out.
  package var masked: [Range<Int>] = []
  /// The frame that is shown at each frame, `[F]`; nil for each at its own time.
  package var frames: [Int]?

  /// The plain view: the middle.
  package init(of frames: FrameSection, picture: PixelSize) {
    let seen = frames.seen
    corner = PixelPoint((picture.width - seen.width) / 2, (picture.height - seen.height) / 2)
  }

  /// A view drawn at random for training.
  ///
  /// - Parameters:
  ///   - count: Frames of the clip.
  ///   - generator: What is drawn depends on it alone.
  package init(
    of frames: FrameSection, picture: PixelSize, count: Int, _ augmentation: AugmentationSection,
    using generator: inout SplitMix
  ) {
    let seen = frames.seen
    corner = PixelPoint(
      Int.random(in: 0...picture.width - seen.width, using: &generator),
      Int.random(in: 0...picture.height - seen.height, using: &generator))
    isMirrored = augmentation.mirror && Bool.random(using: &generator)
    let spread = Float(augmentation.brightness)
    brightness = spread > 0 ? Float.random(in: 1 - spread...1 + spread, using: &generator) : 1
    masked = (0..<augmentation.timeMasks).map { _ in
      let length = Int.random(in: 0...min(augmentation.timeMaskFrames, count), using: &generator)
      let start = Int.random(in: 0...count - length, using: &generator)
      return start..<start + length
    }
    guard augmentation.timeWarp > 0 else { return }
    self.frames = TimeWarp.frames(count, strength: augmentation.timeWarp, using: &generator)
  }
}

/// Makes the network's input of pictures.
package struct PlaneMaker: Sendable {
  private let frames: FrameSection
  private let normalization: ChannelNormalization

  package init(_ frames: FrameSection) {
    self.frames = frames
    let channels = frames.pictureChannels
    normalization =
      switch frames.normalization {
      case .unit: .unit(channels: channels)
      case .signed:
        ChannelNormalization(
          mean: [Float](repeating: 0.5, count: channels), deviation: [Float](repeating: 0.5, count: channels))
      case .imagenet: .imageNet
      }
  }

  /// Floats a frame.
  package var floatCount: Int { frames.channels * frames.seen.width * frames.seen.height }

  /// How planes are made of pictures of a size, as `view` shows them.
  package func planes(of picture: PixelSize, _ view: ClipView) -> FramePlanes {
    var planes = FramePlanes(
      picture: picture,
      part: PixelRectangle(
        x: view.corner.x, y: view.corner.y, width: frames.seen.width, height: frames.seen.height),
      normalization: normalization, hasDifferences: frames.differences)
    planes.isMirrored = view.isMirrored
    planes.scale = planes.scale.map { $0 * view.brightness }
    return planes
  }

  /// Writes frames `range` of a clip to `target`, one after another.
  package func write(
    _ pictures: ClipStore.Pictures, _ range: Range<Int>, _ view: ClipView, to target: UnsafeMutablePointer<Float>
  ) {
    let planes = planes(of: pictures.size, view)
    pictures.bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      func picture(_ index: Int) -> UnsafePointer<UInt8> {
        start + min(max(index, 0), pictures.count - 1) * planes.byteCount
      }
      for (place, frame) in range.enumerated() {
        let to = target + place * planes.floatCount
        if view.masked.contains(where: { $0.contains(frame) }) {
          to.update(repeating: 0, count: planes.floatCount)
        } else {
          // Differences are those of the clip itself, however fast it is shown: a frame shown twice still moves.
          let own = view.frames?[frame] ?? frame
          planes.write(picture(own), before: picture(own - 1), after: picture(own + 1), to: to)
        }
      }
    }
  }
}
