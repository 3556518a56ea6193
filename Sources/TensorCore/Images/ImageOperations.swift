/// A window that moves over an image, `stride` pixels at a time.
struct ImageWindow: Hashable, Sendable {
  let height: Int
  let width: Int
  let stride: Int
  /// Rows and columns of nothing.
  let top: Int
  let left: Int
  let bottom: Int
  let right: Int
  let outputHeight: Int
  let outputWidth: Int

  init(height: Int, width: Int, stride: Int, padding: ImagePadding, over x: ImageValue) {
    precondition(height > 0 && width > 0 && stride > 0, "a window of \(height)×\(width), stride \(stride)")
    self.height = height
    self.width = width
    self.stride = stride
    let (vertical, horizontal) =
      switch padding {
      case .symmetric(let size): ((size, size), (size, size))
      case .same: (Self.same(x.height, height, stride), Self.same(x.width, width, stride))
      }
    (top, bottom) = vertical
    (left, right) = horizontal
    let (rows, columns) = (x.height + top + bottom - height, x.width + left + right - width)
    outputHeight = rows < 0 ? 0 : rows / stride + 1
    outputWidth = columns < 0 ? 0 : columns / stride + 1
  }

  private static func same(_ size: Int, _ window: Int, _ stride: Int) -> (Int, Int) {
    let steps = (size + stride - 1) / stride
    let total = max(0, (steps - 1) * stride + window - size)
    return (total / 2, total - total / 2)
  }
}

/// A convolution and its parameters.
struct ImageConvolution {
  /// `[O, I/groups, height, width]`.
  let weight: Parameter
  /// `[O]`.
  let bias: Parameter?
  let window: ImageWindow
  let groups: Int
}

/// A batch normalisation, its parameters and running statistics, all `[C]`.
struct ImageNormalization {
  let weight: Parameter
  let bias: Parameter
  let runningMean: Parameter
  let runningVariance: Parameter
  let epsilon: Float
  let momentum: Float
}

/// The maximum or the mean under a window.
struct ImagePooling {
  let window: ImageWindow
  let maximum: Bool
}
