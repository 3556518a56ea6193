import CKernels
import COneDNN

/// How the values of a batch lie in memory; image i always begins at i·C·H·W.
enum ImageLayout: Hashable, Sendable {
  /// `[N, H, W, C]`: most convolutions of oneDNN run fastest on it, and no number of channels wastes memory.
  case pixels
  /// `[N, C/16, H, W, 16]`: what Winograd's convolutions read.
  case blocks

  /// Channels of a block.
  static let blockWidth = 16

  var nameInOneDNN: unroll_dnnl_layout { self == .pixels ? UNROLL_DNNL_PIXELS : UNROLL_DNNL_BLOCKS }

  /// The layout in which a convolution runs best, when its input is now in the layout `now`.
  static func best(
    for convolution: ImageConvolution, from input: ImageValue, to output: ImageValue, now: ImageLayout
  ) -> ImageLayout {
    if convolution.isForWinograd(from: input, to: output) { return .blocks }
    // A large image is not worth a copy, and where it lies in blocks they do nearly as well.
    let fits = input.channels % blockWidth == 0 && output.channels % blockWidth == 0
    let isLarge = input.height * input.width > 14 * 14
    return now == .blocks && isLarge && fits && (convolution.groups == 1 || convolution.isDepthwise)
      ? .blocks : .pixels
  }

  /// Copies images of `value`'s shape from `self` to `layout`, from the first on.
  func arrange(
    _ images: Range<Int>, of value: ImageValue, _ source: UnsafePointer<Float>, as layout: ImageLayout,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (pixels, channels, width) = (value.height * value.width, value.channels, Self.blockWidth)
    for image in images {
      let (from, to) = (source + image * value.count, target + image * value.count)
      if self == layout {
        to.update(from: from, count: value.count)
        continue
      }
      for block in 0..<channels / width {
        let (whole, part) = (block * width, block * width * pixels)
        if layout == .blocks {
          unroll_copy_rows(pixels, width, from + whole, channels, to + part, width, false)
        } else {
          unroll_copy_rows(pixels, width, from + part, width, to + whole, channels, false)
        }
      }
    }
  }

  /// Copies images from PyTorch's order `[N, C, H, W]` into this layout.
  func enter(
    _ images: Range<Int>, of value: ImageValue, _ planes: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    eachMatrix(images, of: value) { offset, channels, pixels in
      unroll_transpose(channels, pixels, planes + offset, target + offset)
    }
  }

  /// Copies images from this layout into PyTorch's order, or adds them there.
  func leave(
    _ images: Range<Int>, of value: ImageValue, _ source: UnsafePointer<Float>,
    into planes: UnsafeMutablePointer<Float>
  ) {
    eachMatrix(images, of: value) { offset, channels, pixels in
      unroll_transpose(pixels, channels, source + offset, planes + offset)
    }
  }

  /// The channels of the first pixel of the first image.
  func firstPixel(of value: ImageValue, _ source: UnsafePointer<Float>) -> [Float] {
    let (width, pixels) = (self == .pixels ? value.channels : Self.blockWidth, value.height * value.width)
    return (0..<value.channels).map { source[$0 / width * width * pixels + $0 % width] }
  }

  /// Calls `body` for each matrix of pixels by channels that lies in one piece.
  func eachMatrix(
    _ images: Range<Int>, of value: ImageValue, _ body: (_ offset: Int, _ channels: Int, _ pixels: Int) -> Void
  ) {
    let width = self == .pixels ? value.channels : Self.blockWidth
    let pixels = value.height * value.width
    for index in images.lowerBound * (value.channels / width)..<images.upperBound * (value.channels / width) {
      body(index * width * pixels, width, pixels)
    }
  }
}

extension ImageConvolution {
  var isDepthwise: Bool { groups > 1 && weight.value.shape[1] == 1 && weight.value.shape[0] == groups }

  /// Whether Winograd's minimal filtering is the faster way (docs/decisions.md), and this oneDNN offers it.
  func isForWinograd(from input: ImageValue, to output: ImageValue) -> Bool {
    let shape = weight.value.shape
    return groups == 1 && shape[2] == 3 && shape[3] == 3 && window.stride == 1
      && input.channels % ImageLayout.blockWidth == 0 && output.channels % ImageLayout.blockWidth == 0
      && min(input.channels, output.channels) >= 64
      && 2 * output.height * output.width > max(input.channels, output.channels)
      && ImageOperation.hasWinograd
  }
}
