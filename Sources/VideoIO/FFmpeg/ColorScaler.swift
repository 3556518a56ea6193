import CFFmpeg
import CPixels
import Diagnostics
import Synchronization

/// Scales 4:2:0 to smaller RGB in two steps: libswscale as far as 4:2:2, then our own colours.
///
/// libswscale makes RGB one pixel at a time in plain C: three quarters of the time of scaling a 360×288 frame to
/// 224×224. The two steps give the same bytes wherever a row of the result is a weighted mean of three rows or more, and
/// are used only for a plan for which that has been tried out, since versions of FFmpeg and processors differ.
struct ColorScaler: ~Copyable {
  /// What it was made for.
  let plan: Scaler.Plan
  private let scaler: Scaler
  private let planes: Picture
  private let matrix: unroll_yuv_matrix

  /// The plans that have been tried out, and whether both ways gave the same bytes.
  private static let verdicts = Mutex<[Scaler.Plan: Bool]>([:])

  private init(_ plan: Scaler.Plan, file: String) throws {
    let planes = try Picture(plan.target, plan.toPlanes.targetFormat, file: file)
    let scaler = try Scaler(plan.toPlanes, file: file)
    self.plan = plan
    self.planes = planes
    self.scaler = scaler
    matrix = unroll_yuv_matrix(plan)
  }

  /// Nil where libswscale alone has to do it.
  static func make(_ plan: Scaler.Plan, file: String) throws -> ColorScaler? {
    guard isCandidate(plan) else { return nil }
    let known = verdicts.withLock { $0[plan] }
    if known == false { return nil }
    let scaler = try ColorScaler(plan, file: file)
    let isExact = try known ?? scaler.agreesOnNoise(plan, file: file)
    verdicts.withLock { $0[plan] = isExact }
    if isExact { return scaler }
    return nil
  }

  /// Scales a whole picture into interleaved RGB.
  func scale(_ source: Planes, to target: Planes) {
    let middle = Planes(planes.pointer.pointee)
    scaler.scale(source, to: middle)
    withUnsafePointer(to: matrix) { matrix in
      unroll_pixels_rgb(
        middle.addresses.0, Int(middle.strides.0), middle.addresses.1, Int(middle.strides.1), middle.addresses.2,
        Int(middle.strides.2), planes.size.width, planes.size.height, matrix, target.addresses.0, Int(target.strides.0))
    }
  }

  private static func isCandidate(_ plan: Scaler.Plan) -> Bool {
    let sources = [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]
    // Bicubic weights are below zero in places: brightness then leaves the range of a byte between the two steps.
    return plan.scaling != .bicubic && plan.targetFormat == AV_PIX_FMT_RGB24 && sources.contains(plan.sourceFormat)
      && plan.target.width % 2 == 0 && plan.source.height > plan.target.height
  }

  /// Whether both ways turn a picture of noise into the same bytes.
  private func agreesOnNoise(_ plan: Scaler.Plan, file: String) throws -> Bool {
    let noise = try Picture(plan.source, plan.sourceFormat, file: file)
    var state: UInt32 = 1
    let planes = Planes(noise.pointer.pointee)
    let rows =
      [(planes.addresses.0, planes.strides.0, plan.source.height)]
      + [(planes.addresses.1, planes.strides.1), (planes.addresses.2, planes.strides.2)].map {
        ($0.0, $0.1, (plan.source.height + 1) / 2)
      }
    for (address, stride, height) in rows {
      for place in 0..<Int(stride) * height {
        state = state &* 1_664_525 &+ 1_013_904_223
        address?[place] = UInt8(truncatingIfNeeded: state >> 24)
      }
    }
    let direct = try Scaler(plan, file: file)
    var (expected, actual) = (
      Pixels(uninitialized: plan.target, format: .rgb, pool: nil),
      Pixels(uninitialized: plan.target, format: .rgb, pool: nil)
    )
    let stride = expected.bytesPerRow
    expected.withUnsafeMutableBytes { direct.scale(planes, to: Planes($0, bytesPerRow: stride)) }
    actual.withUnsafeMutableBytes { scale(planes, to: Planes($0, bytesPerRow: stride)) }
    return expected == actual
  }
}

extension Scaler.Plan {
  /// The same as far as planes of 4:2:2. The rounding asked for is the one that RGB gets without asking.
  fileprivate var toPlanes: Scaler.Plan {
    var plan = self
    plan.targetFormat = AV_PIX_FMT_YUV422P
    plan.roundsAccurately = true
    return plan
  }

  fileprivate var isFullRange: Bool {
    range == AVCOL_RANGE_UNSPECIFIED ? sourceFormat == AV_PIX_FMT_YUVJ420P : range == AVCOL_RANGE_JPEG
  }
}

extension unroll_yuv_matrix {
  /// ITU-R BT.601, BT.709 and so on, in the rounding of libswscale.
  fileprivate init(_ plan: Scaler.Plan) {
    let table = sws_getCoefficients(Int32(plan.colors.rawValue))
    let raw = (0..<4).map { Int64(table?[$0] ?? 0) * ($0 < 2 ? 1 : -1) }
    // Limited range: brightness from 16 to 235, colours from 16 to 240.
    let slope: Int64 = plan.isFullRange ? 1 << 16 : (255 << 16) / 219
    let black: Int64 = plan.isFullRange ? 0 : 16 << 16
    // Divisions towards zero, as in C; all in units of one step of brightness.
    let scaled = raw.map { ((plan.isFullRange ? $0 * 224 / 255 : $0) * 65536 + 0x8000) / slope }
    let base: Int64 = plan.isFullRange ? 384 : 326
    let middle = scaled.map { -($0 >> 9) }
    self.init(
      offset: Int32(0x8000 - (384 << 16) - black), slope: Int32(slope), r_base: Int32(base + middle[0]),
      g_base: Int32(base + middle[2] + middle[3]), b_base: Int32(base + middle[1]), r_from_v: Int32(scaled[0]),
      g_from_u: Int32(scaled[2]), g_from_v: Int32(scaled[3]), b_from_u: Int32(scaled[1]))
  }
}
