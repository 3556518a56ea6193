package import Diagnostics
package import TensorCore

/// A backbone with the layer behind it that its authors trained it with: logits of classes.
package struct ImageClassifier {
  package let backbone: ImageBackbone
  package let output: Linear

  /// A classifier of `classes` classes; sizes and errors as for ``ImageBackbone``.
  package init(
    _ architecture: ImageArchitecture, classes: Int, channels: Int = 3, height: Int, width: Int,
    using initializer: inout Initializer
  ) throws(UnrollError) {
    backbone = try ImageBackbone(
      architecture, channels: channels, height: height, width: width, using: &initializer)
    output = Linear(backbone.width, classes, using: &initializer)
  }

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  package func callAsFunction(_ images: Tensor, chunk: Int? = nil, frozen: Bool = false, on tape: Tape?) -> Tensor {
    output(backbone(images, chunk: chunk, frozen: frozen, on: tape), on: tape)
  }

  package var parameters: [NamedParameter] {
    backbone.parameters + output.parameters.prefixed(backbone.architecture.outputName)
  }
}

extension ImageArchitecture {
  /// What torchvision calls the last layer.
  package var outputName: String {
    switch self {
    case .vgg16: "classifier.6"
    case .resnet18, .resnet34: "fc"
    case .mobileNetV2: "classifier.1"
    case .small: "classifier"
    }
  }
}
