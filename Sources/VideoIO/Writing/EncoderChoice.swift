import CFFmpeg

/// An encoder of this FFmpeg, and in what form it is given pictures.
struct EncoderChoice {
  /// How an encoder is told how good pictures should be.
  enum Control {
    /// By x264's rate factor.
    case constantRateFactor
    /// By one quantizer for all frames.
    case quantizer
    /// By bits a second, which any encoder knows.
    case bitRate
  }

  /// How colours are written.
  struct Colors {
    var matrix: AVColorSpace
    var primaries: AVColorPrimaries
    var transfer: AVColorTransferCharacteristic
    var range: AVColorRange

    static let small = Colors(
      matrix: AVCOL_SPC_SMPTE170M, primaries: AVCOL_PRI_SMPTE170M, transfer: AVCOL_TRC_SMPTE170M,
      range: AVCOL_RANGE_MPEG)
    static let large = Colors(
      matrix: AVCOL_SPC_BT709, primaries: AVCOL_PRI_BT709, transfer: AVCOL_TRC_BT709, range: AVCOL_RANGE_MPEG)
    /// As JFIF has it.
    static let jpeg = Colors(
      matrix: AVCOL_SPC_BT470BG, primaries: AVCOL_PRI_UNSPECIFIED, transfer: AVCOL_TRC_UNSPECIFIED,
      range: AVCOL_RANGE_JPEG)

    /// What players assume for the size; it is written down, so that nobody has to.
    static func assumed(for size: PixelSize) -> Colors { size.height > 576 ? large : small }
  }

  let codec: UnsafePointer<AVCodec>
  let format: AVPixelFormat
  let control: Control
  let colors: Colors

  var name: String { String(cString: codec.pointee.name) }

  /// The encoders that can be tried, best first.
  static func candidates(for size: PixelSize, isLossless: Bool) -> [EncoderChoice] {
    let best = avcodec_find_encoder_by_name("libx264").map { x264($0, size, isLossless: isLossless) } ?? []
    // Only x264 can be told to lose nothing.
    if isLossless { return best }
    return best + otherH264(size) + mpeg4(size) + motionJPEG(size)
  }

  /// Odd sizes have no half, so that colours are kept in full for them.
  private static func isOdd(_ size: PixelSize) -> Bool { size.width % 2 != 0 || size.height % 2 != 0 }

  private static func x264(
    _ codec: UnsafePointer<AVCodec>, _ size: PixelSize, isLossless: Bool
  ) -> [EncoderChoice] {
    let format = isOdd(size) || isLossless ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P
    return supported([
      EncoderChoice(codec: codec, format: format, control: .constantRateFactor, colors: .assumed(for: size))
    ])
  }

  private static func otherH264(_ size: PixelSize) -> [EncoderChoice] {
    let format = isOdd(size) ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P
    var choices: [EncoderChoice] = []
    var place: UnsafeMutableRawPointer?
    while let codec = av_codec_iterate(&place) {
      guard av_codec_is_encoder(codec) != 0, codec.pointee.id == AV_CODEC_ID_H264 else { continue }
      let choice = EncoderChoice(codec: codec, format: format, control: .bitRate, colors: .assumed(for: size))
      if !choice.name.hasPrefix("libx264") { choices.append(choice) }
    }
    return supported(choices)
  }

  private static func mpeg4(_ size: PixelSize) -> [EncoderChoice] {
    guard !isOdd(size), let codec = avcodec_find_encoder_by_name("mpeg4") else { return [] }
    // The stream itself does not name its matrix: the one that is assumed then.
    return supported([EncoderChoice(codec: codec, format: AV_PIX_FMT_YUV420P, control: .quantizer, colors: .small)])
  }

  private static func motionJPEG(_ size: PixelSize) -> [EncoderChoice] {
    guard let codec = avcodec_find_encoder_by_name("mjpeg") else { return [] }
    let format = isOdd(size) ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUVJ420P
    return supported([EncoderChoice(codec: codec, format: format, control: .quantizer, colors: .jpeg)])
  }

  private static func supported(_ choices: [EncoderChoice]) -> [EncoderChoice] {
    choices.filter { unroll_encoder_pixel_format($0.codec, $0.format) == $0.format }
  }
}
