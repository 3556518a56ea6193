package import TensorCore

extension ImageLayers {
  /// MobileNetV2 (Sandler et al., 2018) with normalisations folded into biases, TensorFlow's padding, and torchvision's
  /// names without their normalisations; the mean over all places, unless they are kept.
  mutating func mobileNetV2(keepsPlaces: Bool) -> ImageOutput {
    var x = convolution("features.0.0", graph.input, to: 32, size: 3, stride: 2, padding: .same, bias: true)
    x = graph.activation(.relu6, x)
    var number = 1
    for (expansion, channels, count, stride) in Self.stages {
      for block in 0..<count {
        x = invertedResidual(
          "features.\(number).conv", x, expansion: expansion, to: channels, stride: block == 0 ? stride : 1)
        number += 1
      }
    }
    x = convolution("features.\(number).0", x, to: 1280, size: 1, padding: .same, bias: true)
    x = graph.activation(.relu6, x)
    return keepsPlaces ? graph.places(x) : graph.globalAverage(x)
  }

  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  private mutating func invertedResidual(
    _ name: String, _ x: ImageValue, expansion: Int, to channels: Int, stride: Int
  ) -> ImageValue {
    var inner = x
    var number = 0
    let wide = x.channels * expansion
    if expansion > 1 {
      inner = convolution("\(name).0.0", inner, to: wide, size: 1, padding: .same, bias: true)
      inner = graph.activation(.relu6, inner)
      number = 1
    }
    inner = convolution(
      "\(name).\(number).0", inner, to: wide, size: 3, stride: stride, padding: .same, bias: true, groups: wide)
    inner = graph.activation(.relu6, inner)
    inner = convolution("\(name).\(number + 1)", inner, to: channels, size: 1, padding: .same, bias: true)
    return stride == 1 && x.channels == channels ? graph.add(inner, x) : inner
  }
}

/// A tensor of a TensorFlow Lite model that was written out layer by layer, and where it belongs.
package struct TensorFlowTensor {
  /// Such as `op00.weight`.
  package let name: String
  /// As the file has it: a bias `[O]`, weights `[O, height, width, I]` or, depthwise, `[1, height, width, O]`.
  package let shape: [Int]
  private let parameter: Parameter

  fileprivate init(_ name: String, _ parameter: Parameter) {
    self.name = name
    self.parameter = parameter
    let shape = parameter.value.shape
    switch shape.count {
    case 4: self.shape = shape[1] == 1 ? [1, shape[2], shape[3], shape[0]] : [shape[0], shape[2], shape[3], shape[1]]
    case 2: self.shape = [shape[0], 1, 1, shape[1]]
    default: self.shape = shape
    }
  }

  /// Puts the numbers of the file, in its shape, into their parameter.
  package func fill(from tensor: Tensor) {
    precondition(tensor.shape == shape, "\(name) has the shape \(tensor.shape), not \(shape)")
    let target = parameter.value.shape
    guard target.count == 4 else { return parameter.value = tensor.reshaped(target).detached }
    parameter.value = tensor.transposed(target[1] == 1 ? [3, 0, 1, 2] : [0, 3, 1, 2]).detached
  }
}

extension ImageBackbone {
  /// Where the tensors of a MobileNetV2 of TensorFlow Lite belong, its layers in order, as `../shared/models` has it; without
  /// those of the classifier, which come last.
  package var tensorFlowTensors: [TensorFlowTensor] { parameters.tensorFlowTensors }
}

extension ImageClassifier {
  /// The same with the classifier's own.
  package var tensorFlowTensors: [TensorFlowTensor] { parameters.tensorFlowTensors }
}

extension [NamedParameter] {
  fileprivate var tensorFlowTensors: [TensorFlowTensor] {
    enumerated().map { index, named in
      let number = index / 2
      let kind = named.name.hasSuffix(".weight") ? "weight" : "bias"
      return TensorFlowTensor("op\(number < 10 ? "0" : "")\(number).\(kind)", named.parameter)
    }
  }
}
