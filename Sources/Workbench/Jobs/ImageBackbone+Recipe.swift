import Diagnostics
import SequenceModels
import VideoIO

extension ImageBackbone {
  /// The network over pictures that a recipe describes.
  ///
  /// - Parameters:
  ///   - channels: Those of the layers of `small`.
  ///   - keepsPlaces: Whether the places of a picture are kept apart.
  init(
    _ encoder: LabelModelSection.Encoder, channels: [Int], keepsPlaces: Bool = false, _ frames: FrameSection,
    using initializer: inout Initializer
  ) throws {
    guard let architecture = encoder.architecture else {
      throw UnrollError(.badData, "an encoder of features has no pictures", advice: "remove frames")
    }
    try self.init(
      architecture, channels: frames.channels, height: frames.seen.height, width: frames.seen.width, widths: channels,
      keepsPlaces: keepsPlaces, using: &initializer)
  }
}
