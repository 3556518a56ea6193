package import TensorCore

/// A convolutional network that turns images `[N, C, H, W]` into features `[N, D]`, with the names of its parameters.
package struct ImageBackbone {
  package let network: ImageNetwork
  /// Under the names of the network's published weights.
  package let parameters: [NamedParameter]

  package init(network: ImageNetwork, parameters: [NamedParameter]) {
    self.network = network
    self.parameters = parameters
  }

  /// The number of features, D.
  package var width: Int { network.width }
}
