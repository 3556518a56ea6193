import TensorCore

extension ImageLayers {
  /// VGG-16 up to its last pooling (Simonyan and Zisserman, 2015); layers are numbered as in torchvision.
  mutating func vgg16() -> ImageOutput {
    var x = graph.input
    var number = 0
    for (channels, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
      for _ in 0..<count {
        x = convolution("features.\(number)", x, to: channels, size: 3, padding: .symmetric(1), bias: true)
        x = graph.activation(.relu, x)
        number += 2
      }
      x = graph.maxPool(x, size: 2, stride: 2)
      number += 1
    }
    return graph.flatten(x)
  }
}
