import CPixels

/// How bytes become floats: `(byte / 255 − mean) / deviation`, a channel at a time.
public struct ChannelNormalization: Hashable, Sendable {
  /// Taken off, in units of full brightness; a value for each channel.
  public var mean: [Float]
  /// Divided by, in the same units; a value for each channel.
  public var deviation: [Float]

  /// A mean and a deviation for each channel, in units of full brightness.
  public init(mean: [Float], deviation: [Float]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// From 0 (black) to 1.
  public static func unit(channels: Int) -> ChannelNormalization {
    ChannelNormalization(
      mean: [Float](repeating: 0, count: channels), deviation: [Float](repeating: 1, count: channels))
  }

  /// The colours of ImageNet, which image networks trained on it expect (torchvision's transforms).
  public static let imageNet = ChannelNormalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
}

extension Pixels {
  /// Writes the picture as float planes `[channels, height, width]` without gaps, from the beginning of `planes`.
  ///
  /// - Parameters:
  ///   - planes: At least `format.channels × height × width` floats that the caller owns.
  ///   - normalization: A mean and a deviation above zero for each channel.
  ///   - mirrored: Whether columns run from the right.
  public func writePlanes(
    to planes: UnsafeMutableBufferPointer<Float>, normalization: ChannelNormalization, mirrored: Bool = false
  ) {
    let channels = format.channels
    precondition(planes.count >= channels * height * width, "the planes do not fit the buffer")
    precondition(
      normalization.mean.count == channels && normalization.deviation.count == channels,
      "normalization has another number of channels")
    let scale = normalization.deviation.map { 1 / (255 * $0) }
    let offset = zip(normalization.mean, normalization.deviation).map { -$0 / $1 }
    withUnsafeBytes { bytes in
      unroll_pixels_to_planes(
        bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytesPerRow, width, height, channels, scale, offset,
        mirrored ? 1 : 0, planes.baseAddress)
    }
  }
}
