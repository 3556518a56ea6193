import CFFmpeg
import Diagnostics

/// An open video decoder.
struct Decoder: ~Copyable {
  /// How a decoder works.
  struct Settings {
    var threads: Int
    /// Several frames at once: fastest, but each comes out later by as many frames as there are threads.
    var usesFrameThreads: Bool
    /// Whether damage is an error instead of something to conceal.
    var isStrict: Bool
    /// Whether only the number and the times of the frames matter, not what they show.
    var countsOnly: Bool
  }

  /// Larger frames are refused: 16 384 × 8 192, the largest that H.264, HEVC and AV1 levels know, and two gigabytes
  /// of work memory in the worst case.
  static let largestFrame: Int64 = 16384 * 8192

  let pointer: UnsafeMutablePointer<AVCodecContext>

  /// Opens a decoder for a stream. Throws `unavailable` when this FFmpeg has none, `badData` when it refuses the stream.
  init(for stream: UnsafeMutablePointer<AVStream>, file: String, _ settings: Settings) throws {
    guard let parameters = stream.pointee.codecpar else { throw UnrollError(.badData, file: file, "is damaged") }
    let identifier = parameters.pointee.codec_id
    let codecName = String(cString: avcodec_get_name(identifier))
    guard let codec = avcodec_find_decoder(identifier), let opened = avcodec_alloc_context3(codec) else {
      throw UnrollError(
        .unavailable, file: file, "this FFmpeg has no decoder for \(codecName)",
        advice: "convert the video to H.264 on a machine whose FFmpeg has one")
    }
    let code = Self.open(opened, codec, parameters, stream.pointee.time_base, settings)
    guard code >= 0 else {
      var failed: UnsafeMutablePointer<AVCodecContext>? = opened
      avcodec_free_context(&failed)
      throw UnrollError.ffmpeg(.badData, code: code, file: file, "the \(codecName) decoder refuses the stream")
    }
    pointer = opened
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&pointer)
  }

  private static func open(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>,
    _ parameters: UnsafeMutablePointer<AVCodecParameters>, _ timeBase: AVRational, _ settings: Settings
  ) -> Int32 {
    let code = avcodec_parameters_to_context(context, parameters)
    guard code >= 0 else { return code }
    context.pointee.pkt_timebase = timeBase
    // What the stream itself says, not what the demuxer assumes.
    context.pointee.framerate = AVRational(num: 0, den: 1)
    context.pointee.max_pixels = largestFrame
    context.pointee.thread_count = Int32(settings.threads)
    context.pointee.thread_type = settings.usesFrameThreads ? FF_THREAD_FRAME | FF_THREAD_SLICE : FF_THREAD_SLICE
    // dav1d has threads of its own, which delay frames too. (Other decoders would take this for "no B-frames".)
    if !settings.usesFrameThreads, codec.pointee.id == AV_CODEC_ID_AV1 {
      context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
    }
    if settings.isStrict {
      context.pointee.err_recognition |= AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER
    }
    if settings.countsOnly { context.pointee.skip_loop_filter = AVDISCARD_ALL }
    return avcodec_open2(context, codec, nil)
  }
}
