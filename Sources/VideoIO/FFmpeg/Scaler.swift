import CFFmpeg
import Diagnostics

/// libswscale, set up for one kind of picture and one kind of result, as the `scale` filter of the ffmpeg program sets it
/// up: the bytes are the same.
struct Scaler: ~Copyable {
  /// What a scaler is made for.
  struct Plan: Equatable {
    var source: PixelSize
    var sourceFormat: AVPixelFormat
    /// The matrix that turns YUV into RGB; unspecified means BT.601, as in ffmpeg.
    var colors: AVColorSpace
    var range: AVColorRange
    var target: PixelSize
    var targetFormat: AVPixelFormat
    var scaling: FrameTransform.Scaling
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

  /// Scales whole pictures. Source and target are arrays of four plane addresses and four strides.
  func scale(
    _ source: Planes, to target: UnsafeMutablePointer<UInt8>?, bytesPerRow: Int
  ) {
    withUnsafePointer(to: source.addresses) { addresses in
      withUnsafePointer(to: source.strides) { strides in
        let addresses = UnsafeRawPointer(addresses).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
        let strides = UnsafeRawPointer(strides).assumingMemoryBound(to: Int32.self)
        var targets: [UnsafeMutablePointer<UInt8>?] = [target, nil, nil, nil]
        var targetStrides: [Int32] = [Int32(bytesPerRow), 0, 0, 0]
        sws_scale(context, addresses, strides, 0, Int32(plan.source.height), &targets, &targetStrides)
      }
    }
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
      ("sws_flags", Int64(flags)),
    ]
    // Where MPEG-2 and everything after it puts the colours of 4:2:0.
    if plan.sourceFormat == AV_PIX_FMT_YUV420P { settings.append(("src_v_chr_pos", 128)) }
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
    let matrix = sws_getCoefficients(Int32(plan.colors.rawValue))
    if plan.range != AVCOL_RANGE_UNSPECIFIED { sourceIsFull = plan.range == AVCOL_RANGE_JPEG ? 1 : 0 }
    sws_setColorspaceDetails(
      context, matrix, sourceIsFull, matrix, targetIsFull, brightness, contrast, saturation)
  }
}

/// The planes of a picture: where each begins, and from row to row in bytes.
struct Planes {
  var addresses: (UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?)
  var strides: (Int32, Int32, Int32, Int32)

  /// One plane of interleaved pixels.
  init(_ address: UnsafePointer<UInt8>?, bytesPerRow: Int) {
    addresses = (address, nil, nil, nil)
    strides = (Int32(bytesPerRow), 0, 0, 0)
  }

  init(_ frame: AVFrame) {
    func constant(_ pointer: UnsafeMutablePointer<UInt8>?) -> UnsafePointer<UInt8>? {
      pointer.map { UnsafePointer($0) }
    }
    addresses = (constant(frame.data.0), constant(frame.data.1), constant(frame.data.2), constant(frame.data.3))
    strides = (frame.linesize.0, frame.linesize.1, frame.linesize.2, frame.linesize.3)
  }
}
