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

extension TrainingRequest {
  /// The folder of the run. What speaks against a training there is told before data are read.
  func place(of recipe: some Recipe) throws -> URL {
    let place = run ?? URL(fileURLWithPath: "runs/\(recipe.name)", isDirectory: true)
    try RunFolder.check(place, resume: resume)
    return place
  }
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
  /// Writes into a new run what it is made from, or compares that with what a run that goes on began with.
  ///
  /// - Parameters:
  ///   - data: The files that are learnt from.
  /// - Throws: `UnrollError` of kind `badData` when the recipe differs in what weights come from, or the data do.
  func begin<R: Recipe>(_ recipe: R, data: [FileRecord], resume: Bool) throws {
    guard resume else {
      try AtomicFile.write(DataRecords(data).node.yaml(), to: self.data)
      return try AtomicFile.write(recipe.yaml(), to: self.recipe)
    }
    try adopt(recipe)
    // Runs of before did not write it down.
    guard FileManager.default.fileExists(atPath: self.data.path) else { return }
    let before = try DataRecords.read(Field(root: YAMLNode.read(file: self.data))).files
    let pairs = zip(before, data)
    if let changed = pairs.first(where: { $0 != $1 })?.0 ?? (before.count > data.count ? before.last : nil) {
      throw UnrollError(
        .badData, file: changed.name, "the data have changed since this run began",
        advice: "resume with the data as they were, or start a new run with --run")
    }
  }

  /// The files that the run learns from, as they were when it began.
  private var data: URL { url.appending(path: "data.yaml") }

  /// Takes the recipe of a run that goes on, which may differ from the run's own in what weights do not come from.
  private func adopt<R: Recipe>(_ recipe: R) throws {
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

/// What a run learns from, as a file.
private struct DataRecords: KeyedSection, Equatable {
  var files: [FileRecord]

  init(_ files: [FileRecord]) { self.files = files }

  static let blank = DataRecords([])
  static let keys: [SectionKey<DataRecords>] = [SectionKey("files", \.files, .list(of: .section), required: true)]
}
