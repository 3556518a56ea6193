import Diagnostics
package import SequenceModels
import VideoIO

extension FrameLabelNetwork {
  /// The network that a recipe describes, with first values from `initializer`.
  ///
  /// - Parameters:
  ///   - frames: How pictures are shown to it; nil for features.
  ///   - features: The numbers of a frame, where it comes as such.
  package init(
    _ model: LabelModelSection, frames: FrameSection?, features: Int?, labels: Int, initializer: Initializer
  ) throws {
    var initializer = initializer
    // A share just below 1 is 1 in 32 bits, where nothing would be kept.
    let dropout = min(Float(model.dropout), Float(1).nextDown)
    let backbone = try frames.map {
      try ImageBackbone(model.encoder, channels: model.channels, $0, using: &initializer)
    }
    let encoder = FrameEncoder(
      backbone: backbone, features: features ?? 0, projection: model.projectionSize, dropout: dropout,
      chunk: model.chunk, isFrozen: model.frozen, using: &initializer)
    if model.layers == 0 {
      self.init(encoder: encoder, head: .each(Linear(encoder.width, labels, using: &initializer)))
      return
    }
    let rnn = RecurrentStack(
      cell: model.cell, inputs: encoder.width, hidden: model.hiddenSize, layers: model.layers,
      bidirectional: model.bidirectional, dropout: dropout, using: &initializer)
    switch model.target {
    case .frames:
      self.init(
        encoder: encoder,
        head: .frames(
          SequenceLabeler(
            rnn: rnn, labels: labels, dropout: dropout, addsScores: model.addScores, using: &initializer)))
    case .clip:
      self.init(
        encoder: encoder,
        head: .clip(SequenceClassifier(rnn: rnn, labels: labels, dropout: dropout, using: &initializer)))
    }
  }
}
