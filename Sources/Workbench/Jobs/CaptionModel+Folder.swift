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
    // Sizes that no file bears out must not take memory.
    try weights.check("decoder.embedding.weight", shape: [vocabulary.count, section.embeddingSize])
    try weights.check(
      "decoder.rnn.weight_hh_l\(section.layers - 1)",
      shape: [section.cell.gates * section.hiddenSize, section.hiddenSize])
    if let size = section.projectionSize { try weights.check("encoder.frames.projection.bias", shape: [size]) }
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
