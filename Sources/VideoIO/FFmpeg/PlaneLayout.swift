import CFFmpeg
import Foundation

/// How the pixels of a format lie in memory, as far as turning and cutting need it.
struct PlaneLayout {
  /// For each plane: bytes from one element to the next, and by how many bits its width and height are smaller.
  let planes: [(bytes: Int, shiftX: Int, shiftY: Int)]
  /// The format of the same planes with the axes exchanged; nil where FFmpeg has none.
  let transposedFormat: AVPixelFormat?
  /// Whether colours stand in a table beside the pixels.
  let hasPalette: Bool

  /// Nil where elements are not whole bytes, or several pixels share one.
  init?(_ format: AVPixelFormat) {
    guard let descriptor = av_pix_fmt_desc_get(format) else { return nil }
    let flags = Int32(truncatingIfNeeded: descriptor.pointee.flags)
    guard flags & (AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL) == 0 else { return nil }
    let (shiftX, shiftY) = (Int(descriptor.pointee.log2_chroma_w), Int(descriptor.pointee.log2_chroma_h))
    let components = withUnsafeBytes(of: descriptor.pointee.comp) {
      Array($0.bindMemory(to: AVComponentDescriptor.self).prefix(Int(descriptor.pointee.nb_components)))
    }
    let count = (components.map { Int($0.plane) }.max() ?? -1) + 1
    guard (1...4).contains(count) else { return nil }
    hasPalette = flags & AV_PIX_FMT_FLAG_PAL != 0
    planes = (0..<count).map { plane in
      let steps = components.filter { Int($0.plane) == plane }.map { Int($0.step) }
      // A plane that holds only colours is smaller; the alpha plane (3) is not.
      let isChroma = (plane == 1 || plane == 2) && flags & AV_PIX_FMT_FLAG_RGB == 0
      return (steps.first ?? 0, isChroma ? shiftX : 0, isChroma ? shiftY : 0)
    }
    // In one plane of subsampled colours (YUYV) several pixels share an element.
    guard planes.allSatisfy({ [1, 2, 3, 4, 6, 8].contains($0.bytes) }), count > 1 || (shiftX == 0 && shiftY == 0)
    else { return nil }
    transposedFormat = shiftX == shiftY ? format : Self.exchanged(format)
  }

  /// 4:2:2 and 4:4:0 are each other's transposes.
  private static func exchanged(_ format: AVPixelFormat) -> AVPixelFormat? {
    guard let name = av_get_pix_fmt_name(format).map({ String(cString: $0) }) else { return nil }
    for (from, to) in [("422p", "440p"), ("440p", "422p")] {
      guard let place = name.range(of: from) else { continue }
      let other = av_get_pix_fmt(name.replacingCharacters(in: place, with: to))
      return other == AV_PIX_FMT_NONE ? nil : other
    }
    return nil
  }
}
