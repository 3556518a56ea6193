package import Foundation
package import SequenceModels
import TensorCore
import TextIO
package import Workbench

/// A model that writes captions, untrained and quick: what it says means nothing, but it always says the same.
package enum TinyCaptionModel {
  private static let recipe = """
    task: caption
    name: tiny
    frames: {size: 32x32, color: gray, differences: true, normalization: signed}
    model:
      channels: [4, 6]
      projection_size: 5
      cell: lstm
      hidden_size: 6
      embedding_size: 4
    search: {beam_size: 3, max_length: 8}

    """

  /// What differs from the tiny recipe for each way in which clips are read and sentences begun.
  package static let couplings: [[String]] = [
    [],
    ["model.reader=mean", "model.attention=none", "model.bridge=affine", "model.cell=rnn"],
    ["model.reader=mean", "model.attention=none", "model.bridge=input"],
    ["model.reader=each", "model.places=true", "model.attention=additive"],
    ["model.reader=s2vt", "model.layers=2", "model.attention=none", "model.bridge=copy"],
  ]

  /// Makes a model.
  ///
  /// - Parameters:
  ///   - overrides: `key.path=value` each, what differs from the tiny recipe.
  ///   - features: The width of a frame's features, where they come as such.
  package static func make(_ overrides: [String] = [], features: Int? = nil, seed: Int = 3) throws -> CaptionModel {
    let recipe = try CaptionRecipe.read(yaml: recipe, path: "tiny.yaml", overrides: overrides)
    let vocabulary = try WordVocabulary.build(from: ["a red ball rolls left right up and then stops it"])
    let network = try Workers.shared.run {
      let network = try EncoderDecoder<ClipEncoder>(
        recipe.model, frames: recipe.frames, features: features, vocabulary: vocabulary.count,
        initializer: Initializer(seed: UInt64(seed)))
      // Larger, so that clips differ in their captions.
      for (name, parameter) in network.parameters where name.hasPrefix("decoder.") {
        parameter.value = parameter.value * Tensor(name.hasSuffix("output.weight") ? 8 : 3)
      }
      return network
    }
    return CaptionModel(network: network, section: recipe.model, frames: recipe.frames, vocabulary: vocabulary)
  }

  /// Writes a model folder.
  package static func write(_ overrides: [String] = [], features: Int? = nil, to folder: URL) throws {
    let recipe = try CaptionRecipe.read(yaml: recipe, path: "tiny.yaml", overrides: overrides)
    var provenance = ModelProvenance(recipe: "tiny", seed: 3, steps: 0, unroll: "0.1.0", date: "2026-01-02")
    provenance.scores = [.init("valid_wer", 0.5)]
    try make(overrides, features: features).write(to: folder, recipe: recipe, provenance: provenance)
  }

  /// The search of the tiny recipe.
  package static func options(_ model: CaptionModel, beamSize: Int = 3, nBest: Int = 1) -> SearchOptions {
    var section = SearchSection()
    (section.beamSize, section.nBest, section.maximumLength) = (beamSize, nBest, 8)
    return model.options(section)
  }
}
