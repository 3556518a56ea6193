import Diagnostics
package import Foundation
import SequenceModels
import TensorCore
import TextIO

extension CaptionModel {
  /// Loads the model of a folder.
  ///
  /// - Throws: `UnrollError` when the vocabulary has another size than `model.yaml` says, or the weights have other names or
  ///   shapes than the network.
  package init(_ folder: ModelFolder<CaptionDescription>) throws {
    let description = folder.description
    let vocabulary = try description.target.load(from: folder.url)
    let section = description.model
    let weights = try SafetensorsFile(contentsOf: folder.weights)
    try weights.check(description, vocabulary: vocabulary.count)
    let network = try Workers.shared.run {
      // Every first value is overwritten, so none is drawn.
      let network = try EncoderDecoder(
        section, frames: description.frames, features: description.featureSize, vocabulary: vocabulary.count,
        initializer: .blank)
      try weights.load(into: network.parameters)
      return network
    }
    self.init(network: network, section: section, frames: description.frames, vocabulary: vocabulary)
  }

  /// Writes a model folder: weights, vocabulary and `model.yaml`. A folder that is there is replaced when the new one is
  /// complete.
  package func write(to url: URL, recipe: CaptionRecipe, provenance: ModelProvenance) throws {
    try FolderSwap.replace(url) { fresh in
      var writer = SafetensorsWriter(metadata: ["format": "unroll"])
      for (name, parameter) in network.parameters {
        writer.add(name, parameter.value, as: recipe.training.weights == .half ? .half : .full)
      }
      try writer.write(to: fresh.appending(path: weightsFileName))
      let file = vocabulary.fileName("target")
      try AtomicFile.write(vocabulary.serialized, to: fresh.appending(path: file))
      var section = section
      // The weights are all in this folder.
      section.pretrained = nil
      section.warmStart = nil
      section.frozen = false
      var description = CaptionDescription(
        frames: frames, model: section, featureSize: frames == nil ? network.encoder.frames.inputWidth : nil,
        target: ModelLanguage(
          language: recipe.data.language, level: recipe.data.level, vocabulary: file,
          vocabularySize: vocabulary.count), provenance: provenance)
      description.search = recipe.search
      _ = try ModelFolder.write(description, in: fresh)
    }
  }
}

extension SafetensorsFile {
  /// Compares the tensors that depend on every size in `model.yaml` with it, before a network of these sizes takes memory.
  ///
  /// Throws `UnrollError` of kind `badData` when one is missing or has another shape.
  fileprivate func check(_ description: CaptionDescription, vocabulary: Int) throws {
    let model = description.model
    let (hidden, gates) = (model.hiddenSize, model.cell.gates)
    try check("decoder.embedding.weight", shape: [vocabulary, model.embeddingSize])
    for layer in 0..<model.layers { try check("decoder.rnn.weight_hh_l\(layer)", shape: [gates * hidden, hidden]) }
    let width = try checkEncoder(
      "encoder.frames.", model.encoder, channels: model.channels, places: model.places, frames: description.frames,
      features: description.featureSize, projection: model.projectionSize)
    guard let width else { return }
    // What reads the frames first.
    switch (model.reader, model.bridge) {
    case (.recurrent, _):
      let units = model.bidirectional ? hidden / 2 : hidden
      try check("encoder.rnn.weight_ih_l0", shape: [gates * units, width])
    case (.s2vt, _): try check("decoder.rnn.weight_ih_l0", shape: [gates * hidden, width])
    case (_, .linear), (_, .affine): try check("decoder.bridge.h_l0.weight", shape: [hidden, width])
    case (_, .input): try check("decoder.bridge.input.weight", shape: [model.embeddingSize, width])
    case (_, .zero), (_, .copy):
      // Attention alone sees them.
      switch model.attentionPlacement {
      case .output: try check("decoder.combine.weight", shape: [hidden, hidden + width])
      case .nextLayer: try check("decoder.rnn.weight_ih_l1", shape: [gates * hidden, hidden + width])
      }
    }
  }
}
