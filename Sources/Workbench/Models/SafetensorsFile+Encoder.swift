import Diagnostics
import VideoIO

extension SafetensorsFile {
  /// Compares the tensors whose sizes follow from how frames become numbers with what a `model.yaml` says, before an encoder of
  /// these sizes takes memory.
  ///
  /// - Parameters:
  ///   - prefix: What the names of the encoder's parameters begin with.
  ///   - places: Whether the places of a frame are kept apart.
  ///   - features: The width of a frame's features, where they come as such.
  /// - Returns: The width of what the encoder gives; nil where its architecture alone decides.
  /// - Throws: `UnrollError` of kind `badData` when a tensor is missing or has another shape.
  func checkEncoder(
    _ prefix: String, _ encoder: LabelModelSection.Encoder, channels: [Int], places: Bool = false,
    frames: FrameSection?, features: Int?, projection: Int?
  ) throws -> Int? {
    var width = features
    if encoder == .small, let frames {
      var (rows, columns, before) = (frames.seen.height, frames.seen.width, frames.channels)
      for (index, count) in channels.enumerated() {
        // As `ImageLayers.small` builds them: each layer halves the picture.
        let size = index == 0 ? 5 : 3
        try check("\(prefix)network.features.\(3 * index).weight", shape: [count, before, size, size])
        (rows, columns, before) = ((rows + 1) / 2, (columns + 1) / 2, count)
      }
      width = before * (places ? 1 : rows * columns)
    }
    guard let projection else { return width }
    try check("\(prefix)projection.bias", shape: [projection])
    if let width { try check("\(prefix)projection.weight", shape: [projection, width]) }
    return projection
  }
}
