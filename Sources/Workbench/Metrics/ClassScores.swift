/// Precision and recall of one label over frames.
package struct ClassScores: Sendable, Equatable {
  /// The id.
  package let label: Int
  /// Frames that have the label.
  package let frames: Int
  /// Frames that were given it.
  package let predictions: Int
  /// Frames that have it and were given it.
  package let hits: Int

  /// The share of frames given the label that have it; nil where none was.
  package var precision: Double? { predictions > 0 ? Double(hits) / Double(predictions) : nil }
  /// The share of frames with the label that were given it; nil where there is none.
  package var recall: Double? { frames > 0 ? Double(hits) / Double(frames) : nil }
  /// The harmonic mean of both; nil where the label is nowhere.
  package var f1: Double? {
    frames + predictions > 0 ? 2 * Double(hits) / Double(frames + predictions) : nil
  }
}

extension ConfusionMatrix {
  /// The scores of each label.
  package var classes: [ClassScores] {
    (0..<labels).map {
      ClassScores(label: $0, frames: frames(of: $0), predictions: predictions(of: $0), hits: self[$0, $0])
    }
  }

  /// The mean over the labels that are in the truth or in the predictions, where a score that is not defined counts as 0: what
  /// scikit-learn calls the macro average.
  package func mean(_ score: (ClassScores) -> Double?) -> Double {
    let present = classes.filter { $0.frames + $0.predictions > 0 }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + (score($1) ?? 0) } / Double(present.count)
  }
}
