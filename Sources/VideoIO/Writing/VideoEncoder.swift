import CFFmpeg
import Diagnostics

/// An open video encoder.
struct VideoEncoder: ~Copyable {
  /// What an encoder is opened for.
  struct Plan {
    var size: PixelSize
    var timeBase: TimeBase
    /// Frames a second, about: for the level that is signalled, and for encoders that know only a bit rate.
    var nominalRate: TimeBase
    var isLossless: Bool
    /// As many as the encoder likes when nil.
    var threads: Int?
    /// Whether the container wants the parameters once, in its header.
    var hasGlobalHeader: Bool
  }

  let pointer: UnsafeMutablePointer<AVCodecContext>
  let choice: EncoderChoice

  /// Opens the first encoder that can be opened. Throws `unavailable` when none can.
  static func first(of choices: [EncoderChoice], _ plan: Plan, file: String) throws -> VideoEncoder {
    var refusal: (any Error)?
    for choice in choices {
      do { return try VideoEncoder(choice, plan, file: file) } catch { refusal = refusal ?? error }
    }
    throw refusal
      ?? UnrollError(
        .unavailable, file: file,
        plan.isLossless
          ? "this FFmpeg cannot encode without loss, since it has no libx264"
          : "this FFmpeg has no encoder for H.264, MPEG-4 or Motion JPEG",
        advice: plan.isLossless ? "allow losses" : "install one with more encoders")
  }

  /// Opens an encoder. Throws `unavailable` when it refuses.
  init(_ choice: EncoderChoice, _ plan: Plan, file: String) throws {
    var context = avcodec_alloc_context3(choice.codec)
    guard let opened = context else { throw UnrollError(.unavailable, file: file, "there is no memory left") }
    Self.configure(opened, choice, plan)
    do {
      try FFmpegLog.explaining {
        let code = Self.open(opened, choice, plan)
        if code < 0 {
          throw UnrollError(
            .unavailable, file: file, "the encoder \(choice.name) refuses frames of \(plan.size) pixels")
        }
      } _: { error, line in
        guard let error = error as? UnrollError, !line.isEmpty else { return error }
        return UnrollError(
          error.kind, file: file, "\(error.what): \(line)", advice: "choose another size or a coarser time base")
      }
    } catch {
      avcodec_free_context(&context)
      throw error
    }
    pointer = opened
    self.choice = choice
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&pointer)
  }

  var timeBase: AVRational { pointer.pointee.time_base }

  /// Takes a picture, or nil as the end of them. Throws `unavailable`.
  func send(_ picture: UnsafeMutablePointer<AVFrame>?, file: String) throws {
    let code = avcodec_send_frame(pointer, picture)
    if code < 0 { throw UnrollError.ffmpeg(.unavailable, code: code, file: file, "cannot encode a frame") }
  }

  /// Gives the next packet; false when there is none yet, or none any more. Throws `unavailable`.
  func receive(_ packet: borrowing Packet, file: String) throws -> Bool {
    let code = avcodec_receive_packet(pointer, packet.pointer)
    if code == unroll_error_again || code == unroll_error_end { return false }
    if code < 0 { throw UnrollError.ffmpeg(.unavailable, code: code, file: file, "cannot encode a frame") }
    return true
  }

  private static func configure(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ choice: EncoderChoice, _ plan: Plan
  ) {
    context.pointee.width = Int32(plan.size.width)
    context.pointee.height = Int32(plan.size.height)
    context.pointee.pix_fmt = choice.format
    context.pointee.time_base = AVRational(num: plan.timeBase.numerator, den: plan.timeBase.denominator)
    context.pointee.framerate = AVRational(num: plan.nominalRate.denominator, den: plan.nominalRate.numerator)
    context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    context.pointee.color_range = choice.colors.range
    context.pointee.colorspace = choice.colors.matrix
    context.pointee.color_primaries = choice.colors.primaries
    context.pointee.color_trc = choice.colors.transfer
    // Frames in the order of display: a file then says of each exactly how long it is shown.
    context.pointee.max_b_frames = 0
    context.pointee.thread_count = Int32(plan.threads ?? 0)
    context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
    if plan.hasGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
  }

  private static func open(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ choice: EncoderChoice, _ plan: Plan
  ) -> Int32 {
    var settings: OpaquePointer?
    defer { av_dict_free(&settings) }
    switch choice.control {
    case .constantRateFactor:
      av_dict_set(&settings, plan.isLossless ? "qp" : "crf", plan.isLossless ? "0" : "20", 0)
    case .quantizer:
      context.pointee.flags |= AV_CODEC_FLAG_QSCALE
      context.pointee.global_quality = FF_QP2LAMBDA * 3
    case .bitRate:
      let perSecond = Double(plan.nominalRate.denominator) / Double(plan.nominalRate.numerator)
      let pixels = Double(plan.size.width) * Double(plan.size.height)
      context.pointee.bit_rate = Int64(pixels * perSecond * 0.2)
    }
    return avcodec_open2(context, choice.codec, &settings)
  }
}
