/// What becomes of a frame after it has been turned upright: it is cut, scaled, placed and mirrored, in this order.
public struct FrameTransform: Hashable, Sendable {
  /// How new pixels follow from old ones when the size changes.
  public enum Scaling: String, Sendable, CaseIterable {
    /// A weighted mean of the pixels around, as ffmpeg's `scale=flags=bilinear`.
    case bilinear
    /// As ffmpeg's `flags=bicubic`: sharper.
    case bicubic
    /// The mean of all pixels that a new one covers, as ffmpeg's `flags=area`.
    case area
  }

  /// What happens when frame and `size` have different proportions.
  public enum Fit: String, Sendable, CaseIterable {
    /// The frame is stretched to the size.
    case stretch
    /// The whole frame is shown in its true proportions, with black beside or above and below it.
    case pad
    /// The size is filled by the middle of the frame in its true proportions.
    case crop
  }

  /// The part of the upright frame to keep; all of it when nil.
  public var crop: PixelRectangle?
  /// The size that comes out; that of the frame (or of `crop`) when nil.
  public var size: PixelSize?
  /// What happens when the proportions differ.
  public var fit: Fit
  /// How the size is changed.
  public var scaling: Scaling
  /// Whether left and right are exchanged.
  public var isMirrored: Bool
  /// What a pixel consists of.
  public var format: Pixels.Format

  /// Makes a transform; the default one changes nothing but the format, to RGB.
  public init(
    crop: PixelRectangle? = nil, size: PixelSize? = nil, fit: Fit = .stretch, scaling: Scaling = .bilinear,
    isMirrored: Bool = false, format: Pixels.Format = .rgb
  ) {
    self.crop = crop
    self.size = size
    self.fit = fit
    self.scaling = scaling
    self.isMirrored = isMirrored
    self.format = format
  }
}

extension FrameTransform {
  /// Where a frame's pixels come from and where they go.
  struct Placement: Equatable {
    /// The part of the upright frame that is used.
    var source: PixelRectangle
    /// The size of the result.
    var target: PixelSize
    /// The part of the result that the frame fills; the rest is black.
    var filled: PixelRectangle
  }

  /// The placement for an upright frame of a size, whose pixels are `aspect` wide on a screen.
  func placement(of frame: PixelSize, aspect: PixelAspect) -> Placement {
    let source = crop ?? PixelRectangle(x: 0, y: 0, width: frame.width, height: frame.height)
    let target = size ?? PixelSize(source.width, source.height)
    let whole = PixelRectangle(x: 0, y: 0, width: target.width, height: target.height)
    // As wide as high on a screen: (width × aspect.width) / (height × aspect.height).
    let shownWidth = Double(source.width) * Double(aspect.width)
    let shownHeight = Double(source.height) * Double(aspect.height)
    let ratio = (Double(target.width) * shownHeight) / (Double(target.height) * shownWidth)
    switch fit {
    case .stretch: return Placement(source: source, target: target, filled: whole)
    case .pad:
      let width = ratio > 1 ? max(1, Int((Double(target.width) / ratio).rounded())) : target.width
      let height = ratio > 1 ? target.height : max(1, Int((Double(target.height) * ratio).rounded()))
      return Placement(source: source, target: target, filled: Self.centred(width, height, in: whole))
    case .crop:
      let width = ratio > 1 ? source.width : max(1, Int((Double(source.width) * ratio).rounded()))
      let height = ratio > 1 ? max(1, Int((Double(source.height) / ratio).rounded())) : source.height
      return Placement(source: Self.centred(width, height, in: source), target: target, filled: whole)
    }
  }

  /// In the middle, at most half a pixel off; offsets are even, so that subsampled colours stay where they are.
  private static func centred(_ width: Int, _ height: Int, in outer: PixelRectangle) -> PixelRectangle {
    let (x, y) = (((outer.width - width) / 2) & ~1, ((outer.height - height) / 2) & ~1)
    return PixelRectangle(x: outer.x + x, y: outer.y + y, width: width, height: height)
  }
}
