package import Diagnostics
package import TensorCore

/// A network that turns images into features: rows as a classifier's last layer reads them, or a feature map, whose places
/// attention can tell apart.
package struct ImageBackbone {
  package let architecture: ImageArchitecture
  /// Convolutions up to a row an image.
  package let network: ImageNetwork
  /// Layers behind them, a rectifier after each; VGG's two.
  package let hidden: [(name: String, layer: Linear)]
  private let convolutions: [NamedParameter]
  /// Running means and variances of normalisations: they belong into a weights file, but have no gradients.
  package let statistics: [NamedParameter]

  /// A network for images of `channels` × `height` × `width`.
  ///
  /// - Parameters:
  ///   - widths: channels of the convolutions of `small`; other architectures have their own.
  ///   - keepsPlaces: whether a row holds the places of the last convolution one after another, without the average, the
  ///     pooling and the wide layers that would follow.
  /// - Throws: `UnrollError` of kind `badData` when the images are too small for the architecture.
  package init(
    _ architecture: ImageArchitecture, channels: Int = 3, height: Int, width: Int, widths: [Int] = [24, 48, 96, 96],
    keepsPlaces: Bool = false, using initializer: inout Initializer
  ) throws(UnrollError) {
    let least = architecture == .vgg16 ? 32 : 1
    guard channels > 0, height >= least, width >= least, !widths.isEmpty, widths.allSatisfy({ $0 > 0 }) else {
      throw UnrollError(
        .badData, "\(architecture.rawValue) cannot read images of \(channels)×\(height)×\(width)",
        advice: "use images of at least \(least)×\(least) and layers of at least one channel")
    }
    self.architecture = architecture
    var layers: ImageLayers?
    network = ImageNetwork(channels: channels, height: height, width: width) { graph in
      var building = ImageLayers(graph, initializer)
      let output =
        switch architecture {
        case .vgg16: building.vgg16(keepsPlaces: keepsPlaces)
        case .resnet18: building.resNet(blocks: [2, 2, 2, 2], keepsPlaces: keepsPlaces)
        case .resnet34: building.resNet(blocks: [3, 4, 6, 3], keepsPlaces: keepsPlaces)
        case .mobileNetV2: building.mobileNetV2(keepsPlaces: keepsPlaces)
        case .small: building.small(widths, keepsPlaces: keepsPlaces)
        }
      graph = building.graph
      layers = building
      return output
    }
    convolutions = layers?.parameters ?? []
    statistics = layers?.statistics ?? []
    if let rest = layers?.rest { initializer = rest }
    var hidden: [(String, Linear)] = []
    if architecture == .vgg16, !keepsPlaces {
      hidden.append(("classifier.0", Linear(network.width, 4096, using: &initializer)))
      hidden.append(("classifier.3", Linear(4096, 4096, using: &initializer)))
    }
    self.hidden = hidden
  }

  /// The number of features, of the image or of each of its places.
  package var width: Int { hidden.last?.layer.weight.value.shape[0] ?? network.width / network.places }
  /// The places P that a row keeps; 1 where a row is of the image as a whole.
  package var places: Int { network.places }

  /// Features `[N, places·width]` of images `[N, C, H, W]`; `chunk` and `frozen` as for ``ImageNetwork``.
  package func callAsFunction(
    _ images: Tensor, chunk: Int? = nil, frozen: Bool = false, on tape: Tape?
  ) -> Tensor {
    hidden.reduce(network(images, chunk: chunk, frozen: frozen, on: tape)) { $1.layer($0, on: tape).relu() }
  }

  /// What training changes, under PyTorch's names.
  package var parameters: [NamedParameter] {
    convolutions + hidden.flatMap { $0.layer.parameters.prefixed($0.name) }
  }

  /// The backbone for inference with the parameters as they are now.
  package func prepared() -> PreparedImageBackbone {
    PreparedImageBackbone(network: network.prepared(), hidden: hidden.map(\.layer))
  }
}

/// A backbone that was prepared for inference.
package struct PreparedImageBackbone {
  let network: PreparedImageNetwork
  let hidden: [Linear]

  /// Features `[N, places·width]` of any number of images `[N, C, H, W]`.
  package func callAsFunction(_ images: Tensor) -> Tensor {
    hidden.reduce(network(images)) { $1($0, on: nil).relu() }
  }
}
