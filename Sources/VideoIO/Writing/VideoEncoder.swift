import CFFmpeg
import Diagnostics

/// An open video encoder.
struct VideoEncoder: ~Copyable {
  let pointer: UnsafeMutablePointer<AVCodecContext>
  /// FFmpeg's name of the encoder, such as `libx264`.
  let name: String

  /// Opens the best encoder that this FFmpeg has and the container takes: H.264, then MPEG-4, then what the container
  /// prefers. Throws `unavailable` when none opens.
  init(
    for container: UnsafePointer<AVOutputFormat>, size: PixelSize, timeBase: TimeBase, _ options: FrameWriter.Options,
    file: String
  ) throws {
    var reason = "this FFmpeg has no encoder for it"
    for codec in Self.candidates(for: container) {
      guard let context = avcodec_alloc_context3(codec) else { continue }
      Self.configure(context, codec, container, size, timeBase, options)
      let code = avcodec_open2(context, codec, nil)
      if code >= 0 {
        pointer = context
        name = String(cString: codec.pointee.name)
        return
      }
      reason = ffmpegReason(code)
      var failed: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&failed)
    }
    throw UnrollError(
      .unavailable, file: file, "no encoder takes frames of \(size) pixels in this container: \(reason)",
      advice: "write .mp4, or another size")
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&pointer)
  }

  private static func candidates(for container: UnsafePointer<AVOutputFormat>) -> [UnsafePointer<AVCodec>] {
    let named = ["libx264", "libopenh264"].compactMap { (name: String) in avcodec_find_encoder_by_name(name) }
    let others = [AV_CODEC_ID_MPEG4, container.pointee.video_codec].compactMap { avcodec_find_encoder($0) }
    return (named + others).filter { avformat_query_codec(container, $0.pointee.id, FF_COMPLIANCE_NORMAL) == 1 }
  }

  private static func configure(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>,
    _ container: UnsafePointer<AVOutputFormat>, _ size: PixelSize, _ timeBase: TimeBase, _ options: FrameWriter.Options
  ) {
    context.pointee.width = Int32(size.width)
    context.pointee.height = Int32(size.height)
    context.pointee.time_base = AVRational(num: timeBase.numerator, den: timeBase.denominator)
    context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    context.pointee.thread_count = Int32(options.threads ?? 0)
    // Without B-frames the order of coding is that of display, and every duration is kept as it is.
    context.pointee.max_b_frames = 0
    // The same frames give the same file, whatever version of FFmpeg names itself.
    context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
    if container.pointee.flags & AVFMT_GLOBALHEADER != 0 { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    setColors(context, codec, size, isLossless: options.isLossless)
    setQuality(context, codec, options)
  }

  private static func setColors(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>, _ size: PixelSize,
    isLossless: Bool
  ) {
    // Halved colours need even sizes, and lose something.
    let wanted = isLossless || size.width % 2 != 0 || size.height % 2 != 0 ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P
    context.pointee.pix_fmt = unroll_encoder_pixel_format(codec, wanted)
    guard let layout = av_pix_fmt_desc_get(context.pointee.pix_fmt),
      Int32(truncatingIfNeeded: layout.pointee.flags) & AV_PIX_FMT_FLAG_RGB == 0
    else { return }
    // What players assume of small and of large videos; it is written down, so that nobody has to.
    let isLarge = size.height > 576
    context.pointee.colorspace = isLarge ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
    context.pointee.color_primaries = isLarge ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M
    context.pointee.color_trc = isLarge ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M
    context.pointee.color_range = context.pointee.pix_fmt == AV_PIX_FMT_YUVJ420P ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
  }

  private static func setQuality(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>, _ options: FrameWriter.Options
  ) {
    if codec.pointee.id == AV_CODEC_ID_H264 {
      av_opt_set(context.pointee.priv_data, options.isLossless ? "qp" : "crf", options.isLossless ? "0" : "20", 0)
    } else {
      context.pointee.flags |= AV_CODEC_FLAG_QSCALE
      context.pointee.global_quality = FF_QP2LAMBDA * (options.isLossless ? 1 : 3)
    }
  }
}
