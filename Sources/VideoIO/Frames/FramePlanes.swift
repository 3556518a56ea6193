import CPixels

/// How the bytes of pictures become the float planes that a network sees: a part of each, mirrored or not, with a scale and an
/// offset for each channel, and how it differs from its neighbours if that is asked for.
package struct FramePlanes: Sendable {
  /// The size of the pictures, whose rows follow one another without gaps.
  package var picture: PixelSize
  /// Bytes a pixel.
  package var channels: Int
  /// The part that is taken.
  package var part: PixelRectangle
  /// Whether columns run from the right.
  package var isMirrored = false
  /// A plane is byte × scale + offset.
  package var scale: [Float]
  package var offset: [Float]
  /// Whether planes of the differences to the picture before and to the one after follow.
  package var hasDifferences: Bool

  /// Takes `part` of pictures of the size `picture`.
  package init(
    picture: PixelSize, part: PixelRectangle, normalization: ChannelNormalization, hasDifferences: Bool
  ) {
    self.picture = picture
    self.part = part
    channels = normalization.mean.count
    scale = normalization.deviation.map { 1 / (255 * $0) }
    offset = zip(normalization.mean, normalization.deviation).map { -$0 / $1 }
    self.hasDifferences = hasDifferences
  }

  /// Bytes of a picture.
  package var byteCount: Int { picture.width * picture.height * channels }
  /// Floats that a picture becomes.
  package var floatCount: Int { part.width * part.height * channels * (hasDifferences ? 3 : 1) }

  /// Writes the planes of a picture. `before` and `after` are the pictures beside it, or itself at an end of the clip.
  package func write(
    _ pixels: UnsafePointer<UInt8>, before: UnsafePointer<UInt8>, after: UnsafePointer<UInt8>,
    to planes: UnsafeMutablePointer<Float>
  ) {
    let stride = picture.width * channels
    let first = part.y * stride + part.x * channels
    if hasDifferences {
      unroll_pixels_to_difference_planes(
        before + first, pixels + first, after + first, stride, part.width, part.height, channels, scale, offset,
        isMirrored ? 1 : 0, planes)
    } else {
      unroll_pixels_to_planes(
        pixels + first, stride, part.width, part.height, channels, scale, offset, isMirrored ? 1 : 0, planes)
    }
  }
}
