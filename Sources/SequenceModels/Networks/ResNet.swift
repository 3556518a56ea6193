import TensorCore

extension ImageLayers {
  /// A residual network of blocks with two convolutions (He et al., 2016): four stages of so many blocks, and the mean
  /// over all places, unless they are kept.
  mutating func resNet(blocks: [Int], keepsPlaces: Bool) -> ImageOutput {
    var x = convolution("conv1", graph.input, to: 64, size: 7, stride: 2, padding: .symmetric(3))
    x = graph.activation(.relu, normalization("bn1", x))
    x = graph.maxPool(x, size: 3, stride: 2, padding: .symmetric(1))
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        let stride = stage > 0 && block == 0 ? 2 : 1
        x = residual("layer\(stage + 1).\(block)", x, to: 64 << stage, stride: stride)
      }
    }
    return keepsPlaces ? graph.places(x) : graph.globalAverage(x)
  }

  private mutating func residual(_ name: String, _ x: ImageValue, to channels: Int, stride: Int) -> ImageValue {
    var inner = convolution("\(name).conv1", x, to: channels, size: 3, stride: stride, padding: .symmetric(1))
    inner = graph.activation(.relu, normalization("\(name).bn1", inner))
    inner = convolution("\(name).conv2", inner, to: channels, size: 3, padding: .symmetric(1))
    inner = normalization("\(name).bn2", inner)
    var beside = x
    if stride != 1 || x.channels != channels {
      beside = convolution("\(name).downsample.0", x, to: channels, size: 1, stride: stride, padding: .symmetric(0))
      beside = normalization("\(name).downsample.1", beside)
    }
    return graph.activation(.relu, graph.add(inner, beside))
  }
}
