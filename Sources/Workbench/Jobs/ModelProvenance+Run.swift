import Diagnostics
import Foundation

extension ModelProvenance {
  /// Where the model of a run comes from.
  ///
  /// - Parameters:
  ///   - data: The files that it learnt from.
  ///   - scores: What a validation found.
  ///   - split: The name of what it was validated on.
  init(
    _ recipe: some Recipe, _ progress: LearningProgress, data: [FileRecord], scores: [String: Double],
    split: String = "valid"
  ) {
    self.init(
      recipe: recipe.name, seed: recipe.training.seed, steps: progress.step, unroll: unrollVersion,
      date: Self.today)
    self.data = data
    add(scores, split: split)
  }

  /// The day, in Greenwich.
  static var today: String {
    ISO8601DateFormatter.string(from: Date(), timeZone: .gmt, formatOptions: .withFullDate)
  }

  /// Adds scores, by name.
  mutating func add(_ scores: [String: Double], split: String) {
    self.scores += scores.sorted { $0.key < $1.key }.map {
      .init("\(split)_\($0.key)", ($0.value * 1e4).rounded() / 1e4)
    }
  }
}
