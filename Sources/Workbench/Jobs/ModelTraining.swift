import Diagnostics
package import Foundation

/// What a call of `unroll train` asks for.
package struct TrainingRequest: Sendable {
  /// The recipe file.
  package var recipe: URL
  /// `key.path=value` each, as given with `--set`.
  package var overrides: [String] = []
  /// The folder of the data, `--source`.
  package var source: URL?
  /// The run folder; `runs/NAME` when nil.
  package var run: URL?
  /// Whether to go on with a run that is there.
  package var resume = false

  package init(recipe: URL) { self.recipe = recipe }
}

/// Trains what a recipe describes: reads the data, trains, and leaves the best model in the run folder, ready to use, with its
/// scores on the test data.
///
/// - Returns: how training ended, and the model folder.
/// - Throws: `UnrollError` for whatever is wrong with the recipe, the data or the run folder.
package func trainModel(
  _ request: TrainingRequest, watch: TrainingWatch
) throws -> (outcome: TrainingOutcome, model: URL) {
  // A recipe that names no task is read as one of translation, which says so.
  switch try RecipeTask.peek(request.recipe) ?? .translate {
  case .translate: try trainTranslation(request, watch: watch)
  case .label: try trainLabels(request, watch: watch)
  case .caption: try trainCaptions(request, watch: watch)
  }
}

extension RunFolder {
  /// Takes the recipe of a run that goes on, which may differ from the run's own in what weights do not come from.
  func adopt<R: Recipe>(_ recipe: R) throws {
    let saved = try R.read(from: self.recipe)
    if let obstacle = saved.obstacle(toResumingAs: recipe) {
      throw UnrollError(
        .badData, file: self.recipe.relativePath,
        "\(obstacle.key) is \(obstacle.before) in this run and \(obstacle.now) now, and cannot change in mid-run",
        advice: "resume with the run's own values, or start a new run with --run")
    }
    if saved != recipe { try AtomicFile.write(recipe.yaml(), to: self.recipe) }
  }
}
