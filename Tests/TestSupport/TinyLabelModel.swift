package import Foundation
import SequenceModels
import TensorCore
package import Workbench

/// A model that labels frames, untrained and quick: what it says means nothing, but it always says the same.
package enum TinyLabelModel {
  /// The labels, of which `none` means that nothing happens.
  package static let labels = ["none", "left", "right", "up"]

  private static let recipe = """
    task: label
    name: tiny
    data: {background: [none]}
    frames: {size: 32x32, color: gray, differences: true, normalization: signed}
    model:
      channels: [4, 6]
      projection_size: 5
      cell: lstm
      layers: 2
      hidden_size: 6
      window: 5
      look_ahead: 3

    """

  /// Makes a model.
  ///
  /// - Parameters:
  ///   - overrides: `key.path=value` each, what differs from the tiny recipe.
  ///   - features: The width of a frame's features, where they come as such.
  package static func make(_ overrides: [String] = [], features: Int? = nil, seed: Int = 3) throws -> LabelModel {
    let recipe = try LabelRecipe.read(yaml: recipe, path: "tiny.yaml", overrides: overrides)
    let network = try Workers.shared.run {
      let network = try FrameLabelNetwork(
        recipe.model, frames: recipe.frames, features: features, labels: labels.count,
        initializer: Initializer(seed: UInt64(seed)))
      // Larger, so that frames differ in their labels.
      for (name, parameter) in network.parameters where name.hasSuffix("output.weight") {
        parameter.value = parameter.value * Tensor(30)
      }
      return network
    }
    let smoother = ViterbiSmoother(
      labels: labels.count, countedOn: [[0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 0], [2, 2, 2, 1, 1]],
      scale: Float(recipe.model.decodingScale))
    return LabelModel(
      network: network, section: recipe.model, frames: recipe.frames, labels: try LabelNames(labels),
      background: recipe.data.background, smoother: recipe.model.decoding == .viterbi ? smoother : nil)
  }

  /// Writes a model folder.
  package static func write(_ overrides: [String] = [], features: Int? = nil, seed: Int = 3, to folder: URL) throws {
    var provenance = ModelProvenance(recipe: "tiny", seed: 3, steps: 0, unroll: "0.1.0", date: "2026-01-02")
    provenance.scores = [.init("valid_accuracy", 0.5)]
    provenance.data = [FileRecord(name: "mapping.txt", bytes: 0, sha256: SHA256.hexDigest(of: ""))]
    try make(overrides, features: features, seed: seed).write(to: folder, precision: .full, provenance: provenance)
  }
}
