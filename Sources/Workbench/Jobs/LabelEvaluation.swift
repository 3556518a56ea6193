package import Foundation
import SequenceModels
import TensorCore

/// How the labels that a model gives compare with the true ones.
package struct LabelEvaluation: Sendable {
  /// By the names that logs and cards use; shares from 0 to 1, but for `edit` and `f1`, which go to 100 as in papers, and the
  /// loss, which is per frame (or clip) and without smoothing.
  package let scores: [String: Double]
  /// The labels that each clip was given, of several the best.
  package let predictions: [(clip: String, ids: [Int32])]
}

extension LabelModel {
  /// Labels the clips of a store and compares with their own labels. Called on the tensor thread.
  package func evaluate(_ store: ClipStore, batchSize: Int) throws -> LabelEvaluation {
    var scores = FrameScores(labels: labels.count, background: Set(background.compactMap(labels.id)))
    var likelihood = 0.0
    var units = 0
    var predictions: [(clip: String, ids: [Int32])] = []
    var independent: (scores: [Float], truth: [[Int32]]) = ([], [])
    let classes = labels.count
    for start in stride(from: 0, to: store.items.count, by: batchSize) {
      let clips = Array(start..<min(start + batchSize, store.items.count))
      for (clip, probabilities) in zip(clips, try probabilities(store, clips)) {
        let item = store.items[clip]
        let truth = isClip ? Array(item.labels.ids.prefix(1)) : item.labels.ids
        let rows = stride(from: 0, to: probabilities.count, by: classes).map { probabilities[$0..<$0 + classes] }
        let best = decode(probabilities)
        predictions.append((item.name, best))
        if section.multiLabel {
          let several: [[Int32]] = item.labels.several ?? truth.map { $0 < 0 ? [] : [$0] }
          independent.scores += probabilities
          independent.truth += several
          for (row, ids) in zip(rows, several) {
            for (id, probability) in row.enumerated() {
              likelihood -= Double(log(max(ids.contains(Int32(id)) ? probability : 1 - probability, 1e-30)))
            }
          }
          units += rows.count
        } else {
          for (row, id) in zip(rows, truth) where id >= 0 {
            likelihood -= Double(log(max(row[row.startIndex + Int(id)], 1e-30)))
            units += 1
          }
          try scores.add(predicted: best, truth: truth, clip: item.name)
        }
      }
    }
    var found = ["loss": likelihood / Double(max(units, 1))]
    if section.multiLabel {
      let matrix = FeatureMatrix(frames: independent.truth.count, dimensions: classes, values: independent.scores)
      found["map"] = AveragePrecision.nonInterpolated.mean(matrix, labels: independent.truth) ?? 0
    } else {
      found["accuracy"] = scores.accuracy
      if !isClip {
        found["edit"] = scores.edit
        for overlap in FrameScores.overlaps { found["f1_\(overlap)"] = scores.f1(at: overlap) }
        found["segments"] = scores.segmentAccuracy
        if !background.isEmpty { found["accuracy_without_background"] = scores.accuracyWithoutBackground }
      }
    }
    return LabelEvaluation(scores: found, predictions: predictions)
  }

  /// Loads weights for the network over pictures: a file of that network alone, or the weights of a model that has it.
  package func loadEncoder(_ url: URL) throws {
    guard let backbone = network.encoder.backbone else { return }
    let file = try SafetensorsFile(contentsOf: url)
    let prefix = "encoder.network."
    guard file.names.contains(where: { $0.hasPrefix(prefix) }) else { return try file.load(into: backbone) }
    for (name, parameter) in backbone.parameters + backbone.statistics {
      parameter.value = try file.tensor(prefix + name, shape: parameter.value.shape)
    }
  }
}
