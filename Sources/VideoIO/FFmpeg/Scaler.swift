import CFFmpeg
import Diagnostics

/// libswscale, set up for one kind of picture and one kind of result, as the `scale` filter of the ffmpeg program sets it
/// up: the bytes are the same.
struct Scaler: ~Copyable {
  /// What a scaler is made for.
  struct Plan: Hashable {
    var source: PixelSize
    var sourceFormat: AVPixelFormat
    /// The matrix that turns YUV into RGB; unspecified means BT.601, as in ffmpeg.
    var colors: AVColorSpace
    var range: AVColorRange
    var target: PixelSize
    var targetFormat: AVPixelFormat
    var scaling: FrameTransform.Scaling
    /// Whether planes are rounded to the nearest value instead of the fastest.
    var roundsAccurately = false
  }

  let plan: Plan
  private let context: OpaquePointer

  /// Throws `unavailable` when libswscale cannot do it.
  init(_ plan: Plan, file: String) throws {
    let context = Self.allocate(plan)
    guard let context else {
      let name = av_get_pix_fmt_name(plan.sourceFormat).map { String(cString: $0) } ?? "unknown"
      throw UnrollError(
        .unavailable, file: file,
        "pictures of \(plan.source) pixels in the format \(name) cannot be scaled to \(plan.target)"
      )
    }
    self.context = context
    self.plan = plan
  }

  deinit { sws_freeContext(context) }

  /// Scales a whole picture.
  func scale(_ source: Planes, to target: Planes) {
    let (from, to) = (source.addresses, target.addresses)
    var addresses: [UnsafePointer<UInt8>?] = [from.0, from.1, from.2, from.3].map { $0.map { UnsafePointer($0) } }
    var strides = [source.strides.0, source.strides.1, source.strides.2, source.strides.3]
    var targets = [to.0, to.1, to.2, to.3]
    var targetStrides = [target.strides.0, target.strides.1, target.strides.2, target.strides.3]
    sws_scale(context, &addresses, &strides, 0, Int32(plan.source.height), &targets, &targetStrides)
  }

  private static func allocate(_ plan: Plan) -> OpaquePointer? {
    guard let context = sws_alloc_context() else { return nil }
    let object = UnsafeMutableRawPointer(context)
    let flags: Int32 =
      switch plan.scaling {
      case .bilinear: SWS_BILINEAR
      case .bicubic: SWS_BICUBIC
      case .area: SWS_AREA
      }
    var settings: [(String, Int64)] = [
      ("srcw", Int64(plan.source.width)), ("srch", Int64(plan.source.height)),
      ("src_format", Int64(plan.sourceFormat.rawValue)), ("dstw", Int64(plan.target.width)),
      ("dsth", Int64(plan.target.height)), ("dst_format", Int64(plan.targetFormat.rawValue)),
      ("sws_flags", Int64(flags | (plan.roundsAccurately ? SWS_ACCURATE_RND : 0))),
    ]
    // Where MPEG-2 and everything after it puts the colours of 4:2:0.
    if plan.sourceFormat == AV_PIX_FMT_YUV420P { settings.append(("src_v_chr_pos", 128)) }
    if plan.targetFormat == AV_PIX_FMT_YUV420P { settings.append(("dst_v_chr_pos", 128)) }
    for (name, value) in settings { av_opt_set_int(object, name, value, 0) }
    guard sws_init_context(context, nil, nil) >= 0 else {
      sws_freeContext(context)
      return nil
    }
    setColors(plan, context)
    return context
  }

  private static func setColors(_ plan: Plan, _ context: OpaquePointer) {
    var (inverse, table): (UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?) = (nil, nil)
    var (sourceIsFull, targetIsFull, brightness, contrast, saturation): (Int32, Int32, Int32, Int32, Int32) =
      (0, 0, 0, 0, 0)
    guard
      sws_getColorspaceDetails(
        context, &inverse, &sourceIsFull, &table, &targetIsFull, &brightness, &contrast, &saturation) >= 0
    else { return }
    // What is RGB already names no matrix; its place in libswscale's table holds another one than the scale filter takes.
    let colors = plan.colors == AVCOL_SPC_RGB ? AVCOL_SPC_UNSPECIFIED : plan.colors
    let matrix = sws_getCoefficients(Int32(colors.rawValue))
    if plan.range != AVCOL_RANGE_UNSPECIFIED { sourceIsFull = plan.range == AVCOL_RANGE_JPEG ? 1 : 0 }
    // Planes of planes keep their range; RGB has one of its own.
    if plan.roundsAccurately { targetIsFull = sourceIsFull }
    sws_setColorspaceDetails(
      context, matrix, sourceIsFull, matrix, targetIsFull, brightness, contrast, saturation)
  }
}

/// The planes of a picture: where each begins, and from row to row in bytes.
struct Planes {
  typealias Address = UnsafeMutablePointer<UInt8>?

  var addresses: (Address, Address, Address, Address)
  var strides: (Int32, Int32, Int32, Int32)

  /// One plane of interleaved pixels.
  init(_ bytes: UnsafeMutableRawBufferPointer, bytesPerRow: Int) {
    addresses = (bytes.assumingMemoryBound(to: UInt8.self).baseAddress, nil, nil, nil)
    strides = (Int32(bytesPerRow), 0, 0, 0)
  }

  init(_ frame: AVFrame) {
    addresses = (frame.data.0, frame.data.1, frame.data.2, frame.data.3)
    strides = (frame.linesize.0, frame.linesize.1, frame.linesize.2, frame.linesize.3)
  }
}
