import CFFmpeg
import CPixels
import Diagnostics

/// Turns decoded pictures upright before they are scaled, plane by plane in their own pixel format, as the transpose and
/// flip filters of ffmpeg do.
struct FrameTurner: ~Copyable {
  /// Reused while the size and the format stay the same.
  private var turned: Picture?

  init() {}

  /// Turns a picture and gives it to `body`; one that is upright already is given as it is. Throws `unavailable` for a format that
  /// has to be converted first (``needsConversion(_:_:)``) or when memory is out.
  mutating func withUpright<Result: ~Copyable>(
    _ picture: UnsafeMutablePointer<AVFrame>, _ orientation: Orientation, file: String,
    _ body: (UnsafeMutablePointer<AVFrame>) throws -> Result
  ) throws -> Result {
    if orientation == .upright { return try body(picture) }
    let stored = PixelSize(Int(picture.pointee.width), Int(picture.pointee.height))
    let own = AVPixelFormat(rawValue: picture.pointee.format)
    guard let layout = PlaneLayout(own), let format = orientation.isTransposed ? layout.transposedFormat : own else {
      throw UnrollError(.internalFault, file: file, "a picture cannot be turned in its pixel format")
    }
    try prepare(orientation.upright(stored), format, file: file)
    guard let target = turned?.pointer else { throw UnrollError(.internalFault, file: file, "no picture to turn into") }
    target.pointee.colorspace = picture.pointee.colorspace
    target.pointee.color_range = picture.pointee.color_range
    Self.turn(picture.pointee, stored, layout, orientation, into: target.pointee)
    if let packed = layout.planes.first, packed.bytes > 2 { turned?.repeatLastPixels(bytes: packed.bytes) }
    return try body(target)
  }

  /// Whether a picture has to become plain RGB before it can be turned.
  static func needsConversion(_ format: AVPixelFormat, _ orientation: Orientation) -> Bool {
    if orientation == .upright { return false }
    guard let layout = PlaneLayout(format) else { return true }
    return layout.hasPalette || (orientation.isTransposed && layout.transposedFormat == nil)
  }

  private mutating func prepare(_ size: PixelSize, _ format: AVPixelFormat, file: String) throws {
    if turned?.size == size, turned?.format == format { return }
    turned = try Picture(size, format, file: file)
  }

  private static func turn(
    _ source: AVFrame, _ size: PixelSize, _ layout: PlaneLayout, _ orientation: Orientation, into target: AVFrame
  ) {
    let from = Planes(source), to = Planes(target)
    let pairs = [
      (from.addresses.0, from.strides.0, to.addresses.0, to.strides.0),
      (from.addresses.1, from.strides.1, to.addresses.1, to.strides.1),
      (from.addresses.2, from.strides.2, to.addresses.2, to.strides.2),
      (from.addresses.3, from.strides.3, to.addresses.3, to.strides.3),
    ]
    for (plane, pair) in zip(layout.planes, pairs) {
      let width = (size.width + (1 << plane.shiftX) - 1) >> plane.shiftX
      let height = (size.height + (1 << plane.shiftY) - 1) >> plane.shiftY
      unroll_pixels_turn(
        pair.0, Int(pair.1), width, height, plane.bytes, orientation.isTransposed ? 1 : 0,
        orientation.reversesColumns ? 1 : 0, orientation.reversesRows ? 1 : 0, pair.2,
        Int(pair.3))
    }
  }
}
