/// A place in an image network: C × H × W values for each image.
package struct ImageValue: Sendable {
  let index: Int
  package let channels: Int
  package let height: Int
  package let width: Int

  /// The number of values of one image.
  package var count: Int { channels * height * width }
}

/// Rows and columns of nothing around an image.
package enum ImagePadding: Sendable, Equatable {
  /// As many on each side.
  case symmetric(Int)
  /// TensorFlow's: as many as make the output ⌈size / stride⌉ long, an odd one at the bottom and the right.
  case same
}

/// What is done to each value behind a sum or a normalisation.
package enum ImageActivation: Sendable {
  case identity
  /// The larger of 0 and x.
  case relu
  /// x cut to 0…6.
  case relu6

  /// Values outside are cut to these.
  var limits: (low: Float, high: Float) {
    switch self {
    case .identity: (-.infinity, .infinity)
    case .relu: (0, .infinity)
    case .relu6: (0, 6)
    }
  }
}

/// What an image network gives back: one row of `width` values an image.
package struct ImageOutput: Sendable {
  enum Form { case average, flat, places }
  let value: ImageValue
  let form: Form

  /// The length of a row.
  package var width: Int { form == .average ? value.channels : value.count }
  /// The places whose values a row holds one after another; 1 where a row is of the image as a whole.
  package var places: Int { placeRows * placeColumns }
  /// How these places lie, row by row.
  package var placeRows: Int { form == .places ? value.height : 1 }
  package var placeColumns: Int { form == .places ? value.width : 1 }
}

/// The description of an image network: what follows on what. It computes nothing; `ImageNetwork` does.
package struct ImageGraph {
  /// One operation; its result is the value with the node's own index.
  enum Node {
    case input
    case convolution(ImageConvolution, ImageValue)
    case normalization(ImageNormalization, ImageValue)
    case activation(ImageActivation, ImageValue)
    case pooling(ImagePooling, ImageValue)
    case addition(ImageValue, ImageValue)
  }

  private(set) var nodes: [Node] = [.input]
  private(set) var values: [ImageValue]

  init(channels: Int, height: Int, width: Int) {
    precondition(channels > 0 && height > 0 && width > 0, "images of \(channels)×\(height)×\(width)")
    values = [ImageValue(index: 0, channels: channels, height: height, width: width)]
  }

  /// The images.
  package var input: ImageValue { values[0] }

  private mutating func add(_ node: Node, channels: Int, height: Int, width: Int) -> ImageValue {
    precondition(height > 0 && width > 0, "an image of \(height)×\(width) is left of \(input.height)×\(input.width)")
    nodes.append(node)
    values.append(ImageValue(index: values.count, channels: channels, height: height, width: width))
    return values[values.count - 1]
  }

  /// Convolution with `weight` `[O, C/groups, kernel height, kernel width]` and, if any, `bias` `[O]`, as
  /// `torch.nn.functional.conv2d`. With as many groups as channels it is depthwise.
  package mutating func convolution(
    _ x: ImageValue, weight: Parameter, bias: Parameter? = nil, stride: Int = 1, padding: ImagePadding, groups: Int = 1
  ) -> ImageValue {
    let shape = weight.value.shape
    precondition(
      shape.count == 4 && x.channels % groups == 0 && shape[1] == x.channels / groups && shape[0] % groups == 0,
      "a convolution of \(x.channels) channels in \(groups) groups with weights \(shape)")
    precondition(bias.map { $0.value.shape == [shape[0]] } ?? true, "a bias for \(shape[0]) channels")
    let window = ImageWindow(height: shape[2], width: shape[3], stride: stride, padding: padding, over: x)
    let convolution = ImageConvolution(weight: weight, bias: bias, window: window, groups: groups)
    return add(
      .convolution(convolution, x), channels: shape[0], height: window.outputHeight, width: window.outputWidth)
  }

  /// Normalisation of each channel over the batch (Ioffe and Szegedy, 2015), all parameters `[C]`, with the meaning of
  /// `torch.nn.BatchNorm2d`: the running variance is the unbiased one, and moves by `momentum` in each training pass.
  package mutating func batchNormalization(
    _ x: ImageValue, weight: Parameter, bias: Parameter, runningMean: Parameter, runningVariance: Parameter,
    epsilon: Float = 1e-5, momentum: Float = 0.1
  ) -> ImageValue {
    for parameter in [weight, bias, runningMean, runningVariance] {
      precondition(
        parameter.value.shape == [x.channels], "\(parameter.value.shape) to normalise \(x.channels) channels")
    }
    let normalization = ImageNormalization(
      weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance, epsilon: epsilon,
      momentum: momentum)
    return add(.normalization(normalization, x), channels: x.channels, height: x.height, width: x.width)
  }

  /// A rectifier.
  package mutating func activation(_ activation: ImageActivation, _ x: ImageValue) -> ImageValue {
    add(.activation(activation, x), channels: x.channels, height: x.height, width: x.width)
  }

  /// The largest value under each window.
  package mutating func maxPool(
    _ x: ImageValue, size: Int, stride: Int, padding: ImagePadding = .symmetric(0)
  ) -> ImageValue { pool(x, maximum: true, size: size, stride: stride, padding: padding) }

  /// The mean of what lies under each window and inside the image, as PyTorch's with `count_include_pad=False`.
  package mutating func averagePool(
    _ x: ImageValue, size: Int, stride: Int, padding: ImagePadding = .symmetric(0)
  ) -> ImageValue { pool(x, maximum: false, size: size, stride: stride, padding: padding) }

  private mutating func pool(
    _ x: ImageValue, maximum: Bool, size: Int, stride: Int, padding: ImagePadding
  ) -> ImageValue {
    let window = ImageWindow(height: size, width: size, stride: stride, padding: padding, over: x)
    return add(
      .pooling(ImagePooling(window: window, maximum: maximum), x), channels: x.channels, height: window.outputHeight,
      width: window.outputWidth)
  }

  /// The sum of two values of one shape.
  package mutating func add(_ x: ImageValue, _ y: ImageValue) -> ImageValue {
    precondition(
      (x.channels, x.height, x.width) == (y.channels, y.height, y.width), "\(x) cannot be added to \(y)")
    return add(.addition(x, y), channels: x.channels, height: x.height, width: x.width)
  }

  /// The mean of each channel over the whole image: rows of C values.
  package func globalAverage(_ x: ImageValue) -> ImageOutput { ImageOutput(value: x, form: .average) }

  /// All values, in PyTorch's order: rows of C·H·W values.
  package func flatten(_ x: ImageValue) -> ImageOutput { ImageOutput(value: x, form: .flat) }

  /// All values, those of a place side by side: rows of H·W places of C values, left to right and top to bottom, so that
  /// `[N, H·W·C]` is `[N·H·W, C]`.
  package func places(_ x: ImageValue) -> ImageOutput { ImageOutput(value: x, form: .places) }
}
