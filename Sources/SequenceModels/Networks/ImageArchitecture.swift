/// The image networks that there are.
package enum ImageArchitecture: String, Sendable, CaseIterable {
  /// Thirteen convolutions and two wide layers (Simonyan and Zisserman, 2015), as torchvision's `vgg16`.
  case vgg16
  /// Residual networks of 18 and 34 layers (He et al., 2016), as torchvision's and timm's.
  case resnet18
  case resnet34
  /// Inverted residuals (Sandler et al., 2018) with folded normalisations and TensorFlow's padding.
  case mobileNetV2 = "mobilenet_v2"
  /// A few strided convolutions, for small frames.
  case small
}
