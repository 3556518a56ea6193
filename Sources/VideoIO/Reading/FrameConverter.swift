import CFFmpeg
import CPixels
import Diagnostics

/// Makes the pixels that were asked for out of decoded frames: turns them upright, cuts, scales, places.
///
/// Used by one thread at a time.
final class FrameConverter {
  private let transform: FrameTransform
  private let file: String
  private let pool = PixelPool()
  private var turner = FrameTurner()
  /// Made for the last kind of picture; most videos have only one.
  private var scaler: Scaler?
  private var colorScaler: ColorScaler?
  /// Into plain RGB of the same size, for what cannot be turned or cut in its own format.
  private var plainScaler: Scaler?
  private var plain: Picture?

  /// - Parameter file: The name for errors.
  init(_ transform: FrameTransform, file: String) {
    self.transform = transform
    self.file = file
  }

  /// The frame that users see. Throws as ``pixels(of:)`` does.
  func frame(_ selected: SelectedFrame) throws -> Frame {
    Frame(pixels: try pixels(of: selected.frame), info: selected.frame.info(index: selected.index))
  }

  /// The pixels of a frame. Throws `usage` when `crop` does not fit the frame or `size` makes no sense, `unavailable` when
  /// FFmpeg cannot convert it.
  func pixels(of frame: DecodedFrame) throws -> Pixels {
    let upright = frame.orientation.upright(frame.picture.size)
    if let part = transform.crop { try check(part, in: upright) }
    if let size = transform.size { try check(size) }
    let placement = transform.placement(of: upright, aspect: frame.pixelAspect)
    var picture = frame.picture.pointer
    if needsPlainColors(frame, placement.source, upright) { picture = try plainColors(picture) }
    let filled = try turner.withUpright(picture, frame.orientation, file: file) {
      try cutAndScale($0, placement)
    }
    return place(filled, placement)
  }

  private func check(_ part: PixelRectangle, in size: PixelSize) throws {
    guard part.x >= 0, part.y >= 0, part.width > 0, part.height > 0, part.width <= size.width - part.x,
      part.height <= size.height - part.y
    else {
      throw UnrollError(
        .usage, file: file, "the crop \(part) does not lie in the frame of \(size) pixels",
        advice: "choose a part of it")
    }
  }

  private func check(_ size: PixelSize) throws {
    let most = Decoder.largestFrame
    guard size.width > 0, size.height > 0, size.width <= most / Int64(size.height) else {
      throw UnrollError(
        .usage, file: file, "frames cannot be scaled to \(size) pixels",
        advice: "choose a width and a height above 0, and at most \(most) pixels in all")
    }
  }

  // MARK: Formats that can neither be turned nor cut

  private func needsPlainColors(_ frame: DecodedFrame, _ part: PixelRectangle, _ size: PixelSize) -> Bool {
    let format = frame.picture.format
    if FrameTurner.needsConversion(format, frame.orientation) { return true }
    if part.size == size { return false }
    guard let layout = PlaneLayout(format), !layout.hasPalette else { return true }
    // A cut between two colours of subsampled planes would shift them.
    return !layout.planes.allSatisfy { plane in
      let (shiftX, shiftY) =
        frame.orientation.isTransposed ? (plane.shiftY, plane.shiftX) : (plane.shiftX, plane.shiftY)
      return part.x % (1 << shiftX) == 0 && part.y % (1 << shiftY) == 0
    }
  }

  private func plainColors(_ picture: UnsafeMutablePointer<AVFrame>) throws -> UnsafeMutablePointer<AVFrame> {
    let size = PixelSize(Int(picture.pointee.width), Int(picture.pointee.height))
    let plan = Scaler.Plan(picture, size, to: size, AV_PIX_FMT_RGB24, transform.scaling)
    if plainScaler?.plan != plan {
      plainScaler = try Scaler(plan, file: file)
      plain = try Picture(size, AV_PIX_FMT_RGB24, file: file)
    }
    guard let target = plain?.pointer else {
      throw UnrollError(.internalFault, file: file, "no picture to convert into")
    }
    plainScaler?.scale(Planes(picture.pointee), to: Planes(target.pointee))
    plain?.repeatLastPixels(bytes: 3)
    return target
  }

  // MARK: From upright to the result

  private func cutAndScale(
    _ picture: UnsafeMutablePointer<AVFrame>, _ placement: FrameTransform.Placement
  ) throws -> Pixels {
    let part = placement.source
    let plan = Scaler.Plan(picture, part.size, to: placement.filled.size, transform.format.inFFmpeg, transform.scaling)
    if colorScaler?.plan != plan && scaler?.plan != plan {
      colorScaler = try ColorScaler.make(plan, file: file)
      // Only one of the two stays: the other would be taken for a picture of another size.
      scaler = nil
      if colorScaler == nil { scaler = try Scaler(plan, file: file) }
    }
    var planes = Planes(picture.pointee)
    if part.x != 0 || part.y != 0, let layout = PlaneLayout(plan.sourceFormat) {
      planes.advance(toColumn: part.x, row: part.y, layout)
    }
    var result = Pixels(uninitialized: placement.filled.size, format: transform.format, pool: pool)
    let stride = result.bytesPerRow
    result.withUnsafeMutableBytes { bytes in
      let target = Planes(bytes, bytesPerRow: stride)
      if colorScaler == nil { scaler?.scale(planes, to: target) } else { colorScaler?.scale(planes, to: target) }
    }
    return result
  }

  /// Puts the scaled picture into its place in the result, mirrored if that was asked for.
  private func place(_ filled: Pixels, _ placement: FrameTransform.Placement) -> Pixels {
    if filled.size == placement.target && !transform.isMirrored { return filled }
    var result = Pixels(uninitialized: placement.target, format: transform.format, pool: pool)
    let channels = transform.format.channels
    // Mirroring exchanges the two borders as well; they may differ by a pixel.
    let x = transform.isMirrored ? placement.target.width - placement.filled.x - filled.width : placement.filled.x
    let stride = result.bytesPerRow
    result.withUnsafeMutableBytes { target in
      if filled.size != placement.target { _ = target.initializeMemory(as: UInt8.self, repeating: 0) }
      filled.withUnsafeBytes { source in
        unroll_pixels_turn(
          source.assumingMemoryBound(to: UInt8.self).baseAddress, filled.bytesPerRow, filled.width, filled.height,
          channels, 0, transform.isMirrored ? 1 : 0, 0,
          target.assumingMemoryBound(to: UInt8.self).baseAddress.map {
            $0 + placement.filled.y * stride + x * channels
          }, stride)
      }
    }
    return result
  }
}

extension Scaler.Plan {
  /// For a part of a picture.
  init(
    _ picture: UnsafeMutablePointer<AVFrame>, _ part: PixelSize, to target: PixelSize, _ format: AVPixelFormat,
    _ scaling: FrameTransform.Scaling
  ) {
    source = part
    sourceFormat = AVPixelFormat(rawValue: picture.pointee.format)
    colors = picture.pointee.colorspace
    range = picture.pointee.color_range
    self.target = target
    targetFormat = format
    self.scaling = scaling
  }
}

extension Planes {
  /// Moves to the pixel (column, row), which colours and brightness share.
  mutating func advance(toColumn column: Int, row: Int, _ layout: PlaneLayout) {
    func moved(_ address: Address, _ stride: Int32, _ plane: Int) -> Address {
      guard plane < layout.planes.count, let address else { return address }
      let shape = layout.planes[plane]
      return address + (row >> shape.shiftY) * Int(stride) + (column >> shape.shiftX) * shape.bytes
    }
    addresses = (
      moved(addresses.0, strides.0, 0), moved(addresses.1, strides.1, 1), moved(addresses.2, strides.2, 2),
      moved(addresses.3, strides.3, 3)
    )
  }
}
