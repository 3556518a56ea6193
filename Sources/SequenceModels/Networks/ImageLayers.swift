import TensorCore

/// Puts layers with parameters into the graph of an image network, under the names that PyTorch gives them.
struct ImageLayers {
  var graph: ImageGraph
  /// What training changes.
  private(set) var parameters: [NamedParameter] = []
  /// Running means and variances.
  private(set) var statistics: [NamedParameter] = []
  private var initializer: Initializer

  init(_ graph: ImageGraph, _ initializer: Initializer) {
    self.graph = graph
    self.initializer = initializer
  }

  /// A square convolution to `channels` channels, with normal weights after He et al. (2015).
  mutating func convolution(
    _ name: String, _ x: ImageValue, to channels: Int, size: Int, stride: Int = 1, padding: ImagePadding,
    bias: Bool = false, groups: Int = 1
  ) -> ImageValue {
    let deviation = (2 / Float(channels / groups * size * size)).squareRoot()
    let weight = Parameter(
      initializer.normal([channels, x.channels / groups, size, size], deviation: deviation))
    parameters.append(("\(name).weight", weight))
    let offset = bias ? Parameter(Tensor(zeros: [channels])) : nil
    if let offset { parameters.append(("\(name).bias", offset)) }
    return graph.convolution(x, weight: weight, bias: offset, stride: stride, padding: padding, groups: groups)
  }

  /// A batch normalisation.
  mutating func normalization(_ name: String, _ x: ImageValue) -> ImageValue {
    let (gain, bias) = (Parameter(Tensor(repeating: 1, [x.channels])), Parameter(Tensor(zeros: [x.channels])))
    let (mean, variance) = (Parameter(Tensor(zeros: [x.channels])), Parameter(Tensor(repeating: 1, [x.channels])))
    parameters += [("\(name).weight", gain), ("\(name).bias", bias)]
    statistics += [("\(name).running_mean", mean), ("\(name).running_var", variance)]
    return graph.batchNormalization(x, weight: gain, bias: bias, runningMean: mean, runningVariance: variance)
  }

  /// The draws that are left for the layers behind the graph.
  var rest: Initializer { initializer }
}
