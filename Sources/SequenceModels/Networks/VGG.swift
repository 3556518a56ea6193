import TensorCore

extension ImageLayers {
  /// VGG-16 up to its last pooling (Simonyan and Zisserman, 2015); layers are numbered as in torchvision. Where places are
  /// kept it ends before that pooling: 14 × 14 places of 512 values for 224 pixels (Xu et al., 2015).
  mutating func vgg16(keepsPlaces: Bool) -> ImageOutput {
    let blocks = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
    var x = graph.input
    var number = 0
    for (index, (channels, count)) in blocks.enumerated() {
      for _ in 0..<count {
        x = convolution("features.\(number)", x, to: channels, size: 3, padding: .symmetric(1), bias: true)
        x = graph.activation(.relu, x)
        number += 2
      }
      if keepsPlaces, index == blocks.count - 1 { return graph.places(x) }
      x = graph.maxPool(x, size: 2, stride: 2)
      number += 1
    }
    return graph.flatten(x)
  }
}
