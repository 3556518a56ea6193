import Foundation
import TensorCore
import Testing
import Workbench

/// A run small enough to be made over and over, with its data, recipe and run folders in one temporary folder: one of
/// translation with 28 made-up sentence pairs in 7 batches, or one of labels or captions with 10 clips of shapes.
struct TinyRun {
  let folder: URL
  var overrides: [String] = []

  private static let recipe = """
    task: translate
    name: tiny
    data:
      train: train.tsv
      valid: valid.tsv
      source: {language: a}
      target: {language: b}
      level: word
      batch_size: 4
      bucket_size: 12
    model: {cell: lstm, layers: 2, hidden_size: 8, embedding_size: 6, attention: general, dropout: 0.3}
    training:
      learning_rate: 0.01
      label_smoothing: 0.1
      epochs: null
      steps: 12
      validate_every: 3
      checkpoint_every: 4
      log_every: 2
      seed: 5
    search: {beam_size: 1, max_length: 8}

    """

  /// Windows are shorter than clips and batches do not divide the clips: what is carried from a window to the next matters.
  private static let labelRecipe = """
    task: label
    name: tiny
    data: {background: [none], batch_size: 3}
    frames: {size: 32x32, window: 28x24, color: gray, differences: true, normalization: signed}
    augmentation: {mirror: true, brightness: 0.2, time_masks: 1, time_warp: 0.3, splice: 0.5, mixup: 0.4}
    model:
      channels: [4, 6]
      projection_size: 6
      cell: lstm
      layers: 2
      hidden_size: 8
      window: 10
      look_ahead: 3
      dropout: 0.3
    loss: {class_weights: balanced, smoothing: 0.15}
    training:
      optimizer: adamw
      schedule: one_cycle
      learning_rate: 0.01
      label_smoothing: 0.1
      epochs: null
      steps: 12
      validate_every: 4
      checkpoint_every: 5
      log_every: 2
      keep_best: accuracy
      seed: 5

    """

  /// Batches do not divide the captions, and clips look different in every pass.
  private static let captionRecipe = """
    task: caption
    name: tiny
    data: {batch_size: 3, feature_cache: null}
    frames: {size: 32x32, color: gray, differences: true, normalization: signed}
    augmentation: {mirror: true, brightness: 0.2, time_warp: 0.3}
    model:
      channels: [4, 6]
      projection_size: 5
      cell: gru_reset_after
      hidden_size: 8
      embedding_size: 6
      dropout: 0.3
    training:
      optimizer: adamw
      schedule: one_cycle
      learning_rate: 0.01
      label_smoothing: 0.1
      epochs: null
      steps: 12
      validate_every: 4
      checkpoint_every: 5
      log_every: 2
      seed: 5
    search: {beam_size: 2, max_length: 12}

    """

  /// Writes clips of shapes and a recipe for their sentences into an empty folder.
  init(captionsIn folder: URL, overrides: [String] = []) throws {
    self.folder = folder
    self.overrides = overrides
    let settings = ShapeSettings(clips: 10, frames: 24...34, splits: [70, 10, 20])
    _ = try ShapeDataSet(settings, in: folder).generate(threads: 1, progress: { _ in }, stop: { false })
    try Self.captionRecipe.write(to: recipe, atomically: true, encoding: .utf8)
  }

  /// Writes clips of shapes and a recipe for their labels into an empty folder.
  init(labelsIn folder: URL, overrides: [String] = []) throws {
    self.folder = folder
    self.overrides = overrides
    let settings = ShapeSettings(clips: 10, frames: 24...34, splits: [80, 10, 10])
    _ = try ShapeDataSet(settings, in: folder).generate(threads: 1, progress: { _ in }, stop: { false })
    try Self.labelRecipe.write(to: recipe, atomically: true, encoding: .utf8)
  }

  /// Writes data and recipe into an empty folder.
  init(in folder: URL, overrides: [String] = []) throws {
    self.folder = folder
    self.overrides = overrides
    var random = SplitMix(seed: 1)
    func lines(_ count: Int) -> String {
      (0..<count).map { _ in
        let words = (0..<Int.random(in: 2...6, using: &random)).map { _ in Int.random(in: 0..<6, using: &random) }
        let target = words.reversed().map { "t\($0)" }.joined(separator: " ")
        return words.map { "s\($0)" }.joined(separator: " ") + "\t" + target + "\n"
      }.joined()
    }
    try lines(28).write(to: folder.appending(path: "train.tsv"), atomically: true, encoding: .utf8)
    try lines(6).write(to: folder.appending(path: "valid.tsv"), atomically: true, encoding: .utf8)
    try Self.recipe.write(to: recipe, atomically: true, encoding: .utf8)
  }

  private var recipe: URL { folder.appending(path: "tiny.yaml") }

  /// The folder of a run.
  func run(_ name: String) -> URL { folder.appending(path: name) }

  /// Trains, or goes on; `steps` ends this sitting after so many of them.
  @discardableResult
  func train(
    _ name: String, resume: Bool = false, stoppingAfter steps: Int? = nil, isQuiet: Bool = true
  ) throws -> (outcome: TrainingOutcome, notes: [String]) {
    var request = TrainingRequest(recipe: recipe)
    request.overrides = overrides
    request.run = run(name)
    request.resume = resume
    let notes = Notes()
    let outcome = try trainModel(request, watch: notes.watch(stoppingAfter: steps, isQuiet: isQuiet)).outcome
    return (outcome, notes.lines)
  }

  /// The job of this run on its own, to be trained with changes.
  func job(_ name: String, resume: Bool = false) throws -> (TranslationJob, RunFolder) {
    let recipe = try TranslationRecipe.read(from: recipe, overrides: overrides)
    let data = DataFolder(recipe: recipe, file: self.recipe)
    let texts = try TranslationTexts(recipe.data, data, Notes().watch())
    let folder = try RunFolder(run(name), resume: resume)
    let vocabularies = try VocabularyPair.make(recipe.data, text: texts.train, folder: data)
    return (TranslationJob(recipe, texts, vocabularies, folder), folder)
  }
}

/// What a watch was told, and when it asks to stop.
final class Notes {
  private(set) var lines: [String] = []
  private var steps = 0

  func watch(stoppingAfter limit: Int? = nil, isQuiet: Bool = true) -> TrainingWatch {
    TrainingWatch(
      isQuiet: isQuiet,
      stop: {
        // Asked once before each step.
        self.steps += 1
        return limit.map { self.steps > $0 } ?? false
      },
      // The signals of other tests are not meant.
      isInterrupted: { false },
      note: { self.lines.append($0) })
  }
}

/// Everything that the newest checkpoint of a run holds, time aside.
struct SavedState: Equatable {
  var tensors: [String: [UInt8]] = [:]
  let updates: String?
  var progress: LearningProgress
  /// The model in its best state.
  let model: Data
  /// The log, time aside.
  let log: [String]

  init(_ run: URL) throws {
    let entry = try #require(try Self.list(run).first)
    let file = try SafetensorsFile(contentsOf: run.appending(path: entry.file))
    for name in file.names { tensors[name] = try file.bytes(name) }
    updates = file.metadata["updates"]
    let saved = try #require(file.metadata["progress"])
    progress = try JSONDecoder().decode(LearningProgress.self, from: Data(saved.utf8))
    #expect(progress.step == entry.step)
    progress.seconds = 0
    model = try Data(contentsOf: run.appending(path: "model/weights.safetensors"))
    log = try String(contentsOf: run.appending(path: "log.jsonl"), encoding: .utf8).split(separator: "\n").map {
      String($0).replacing(#/"train\/seconds":[^,}]*/#, with: "")
    }
  }

  /// The run's own list of checkpoints, newest first.
  static func list(_ run: URL) throws -> [RunFolder.Entry] {
    try JSONDecoder().decode(
      [RunFolder.Entry].self, from: Data(contentsOf: run.appending(path: "checkpoints.json")))
  }

  /// Expects two states to be equal to the bit, and says which part is not.
  func expectSame(as other: SavedState, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!tensors.isEmpty && tensors.keys == other.tensors.keys, sourceLocation: sourceLocation)
    let different = tensors.keys.filter { tensors[$0] != other.tensors[$0] }.sorted()
    #expect(different == [], sourceLocation: sourceLocation)
    #expect(updates == other.updates, sourceLocation: sourceLocation)
    #expect(progress == other.progress, sourceLocation: sourceLocation)
    #expect(model == other.model, sourceLocation: sourceLocation)
    #expect(log == other.log, sourceLocation: sourceLocation)
  }
}
