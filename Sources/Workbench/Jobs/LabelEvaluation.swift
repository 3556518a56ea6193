package import Foundation
import SequenceModels
import TensorCore

extension LabelModel {
  /// How labels of the clips of a store compare with the true ones, by the names that logs and cards use: the loss per frame
  /// without smoothing, and shares from 0 to 1. Called on the tensor thread.
  package func evaluate(_ store: ClipStore, batchSize: Int) throws -> [String: Double] {
    var likelihood = 0.0
    var counted = 0
    var right = 0
    let classes = labels.count
    for start in stride(from: 0, to: store.items.count, by: batchSize) {
      let clips = Array(start..<min(start + batchSize, store.items.count))
      for (clip, probabilities) in zip(clips, try probabilities(store, clips)) {
        let truth = isClip ? Array(store.items[clip].labels.ids.prefix(1)) : store.items[clip].labels.ids
        for (frame, id) in truth.enumerated() where id >= 0 {
          let row = probabilities[frame * classes..<(frame + 1) * classes]
          counted += 1
          likelihood -= Double(log(max(row[row.startIndex + Int(id)], 1e-30)))
          let best = row.indices.max { row[$0] < row[$1] }
          if best == row.startIndex + Int(id) { right += 1 }
        }
      }
    }
    let total = Double(max(counted, 1))
    return ["loss": likelihood / total, "accuracy": Double(right) / total]
  }

  /// Loads weights for the network over pictures: a file of that network alone, or the weights of a model that has it.
  package func loadEncoder(_ url: URL) throws {
    guard let backbone = network.encoder.backbone else { return }
    let file = try SafetensorsFile(contentsOf: url)
    let prefix = "encoder.network."
    let isModel = file.names.contains { $0.hasPrefix(prefix) }
    for (name, parameter) in backbone.parameters + backbone.statistics {
      parameter.value = try file.tensor(isModel ? prefix + name : name, shape: parameter.value.shape)
    }
  }
}
