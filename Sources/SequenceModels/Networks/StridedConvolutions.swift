package import TensorCore

extension ImageBackbone {
  /// A small network for small images: convolutions of stride 2, each with batch normalisation and a rectifier, the first of
  /// 5 × 5 pixels and the others of 3 × 3; then all values, channel by channel.
  ///
  /// - Parameters:
  ///   - channels: of each convolution's output.
  ///   - input: channels, height and width of the images.
  package static func stridedConvolutions(
    channels: [Int], input: (channels: Int, height: Int, width: Int), using initializer: inout Initializer
  ) -> ImageBackbone {
    var parameters: [NamedParameter] = []
    let network = ImageNetwork(channels: input.channels, height: input.height, width: input.width) { graph in
      var x = graph.input
      for (layer, outputs) in channels.enumerated() {
        let size = layer == 0 ? 5 : 3
        let weight = Parameter(initializer.kaiming([outputs, x.channels, size, size]))
        x = graph.convolution(x, weight: weight, stride: 2, padding: .symmetric(size / 2))
        let normalization = NormalizationParameters(channels: outputs)
        x = graph.activation(.relu, normalization.add(x, to: &graph))
        parameters.append(("\(layer).conv.weight", weight))
        parameters += normalization.parameters.prefixed("\(layer).bn")
      }
      return graph.flatten(x)
    }
    return ImageBackbone(network: network, parameters: parameters)
  }
}

/// The parameters of a batch normalisation under PyTorch's names.
package struct NormalizationParameters {
  package let weight: Parameter
  package let bias: Parameter
  package let runningMean: Parameter
  package let runningVariance: Parameter

  /// Those that change nothing yet: scale and variance 1, shift and mean 0.
  package init(channels: Int) {
    weight = Parameter(Tensor(repeating: 1, [channels]))
    bias = Parameter(Tensor(zeros: [channels]))
    runningMean = Parameter(Tensor(zeros: [channels]))
    runningVariance = Parameter(Tensor(repeating: 1, [channels]))
  }

  /// Appends the normalisation of `x` to a network.
  package func add(_ x: ImageValue, to graph: inout ImageGraph) -> ImageValue {
    graph.batchNormalization(
      x, weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance)
  }

  package var parameters: [NamedParameter] {
    [("weight", weight), ("bias", bias), ("running_mean", runningMean), ("running_var", runningVariance)]
  }
}
