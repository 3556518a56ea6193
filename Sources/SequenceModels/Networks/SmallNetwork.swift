import TensorCore

extension ImageLayers {
  /// Convolutions of stride 2, the first with a window of 5, the others of 3, each normalised and rectified; all that is
  /// left of the image is kept, channel by channel or place by place. For frames of about 64 to 128 pixels.
  mutating func small(_ widths: [Int], keepsPlaces: Bool) -> ImageOutput {
    var x = graph.input
    for (index, channels) in widths.enumerated() {
      let size = index == 0 ? 5 : 3
      x = convolution(
        "features.\(3 * index)", x, to: channels, size: size, stride: 2, padding: .symmetric(size / 2))
      x = graph.activation(.relu, normalization("features.\(3 * index + 1)", x))
    }
    return keepsPlaces ? graph.places(x) : graph.flatten(x)
  }
}
