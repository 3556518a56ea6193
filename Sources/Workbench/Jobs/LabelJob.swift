import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// Labelling frames as something to train: batches, loss, validation and the finished model.
package final class LabelJob {
  /// Some clips and one window of each: what a step learns from.
  package struct Batch: Equatable {
    /// The pass that it belongs to.
    let epoch: Int
    /// The clips of its group, those with the most frames first.
    let clips: [Int]
    /// The first frame of the window.
    let start: Int
  }

  package let recipe: LabelRecipe
  package let model: LabelModel
  let data: LabelData
  let run: RunFolder
  /// What the forward direction carries from a window to the next, for as many rows as a batch has.
  let carried: CarriedState
  private let frameLoss: FrameLoss
  private let views: TrainingViews

  /// Brings together what is trained and on what.
  package init(_ recipe: LabelRecipe, _ data: LabelData, _ model: LabelModel, _ run: RunFolder) {
    self.recipe = recipe
    self.data = data
    self.model = model
    self.run = run
    views = TrainingViews(
      store: data.train, augmentation: recipe.augmentation, seed: UInt64(recipe.training.seed))
    carried = CarriedState(recipe.model, rows: recipe.data.batchSize)
    frameLoss = FrameLoss(
      classWeights: recipe.loss.classWeights == .balanced ? data.classWeights : nil,
      labelSmoothing: Float(recipe.training.labelSmoothing), temporalSmoothing: Float(recipe.loss.smoothing),
      temporalThreshold: Float(recipe.loss.smoothingThreshold))
  }

  /// One line for the user: sizes of data and network.
  package var summary: String {
    let parameters = model.network.parameters.reduce(0) { $0 + $1.parameter.value.count }
    let frames = data.train.items.reduce(0) { $0 + $1.frames }
    let held =
      data.validatesOnTraining
      ? "no clips held out (scores are of the training clips)" : counted(data.valid.items.count, "validation clip")
    return "\(counted(data.train.items.count, "training clip")) (\(counted(frames, "frame"))), "
      + "\(held), \(counted(data.labels.count, "label")), "
      + "\(parameters) parameters"
  }

  /// The values and functions that `train` works on.
  package var training: TrainingJob<Batch> {
    TrainingJob(
      parameters: model.network.parameters, carried: carried.parameters, unit: "frames", batches: batches, loss: loss,
      validate: validate, export: export)
  }

  // MARK: Batches

  /// The batches of a pass: clips shuffled, then those of like length put together, and of each group one window after another
  /// (truncated back-propagation; Williams and Peng, 1990). A function of seed and pass alone.
  func batches(_ epoch: Int) -> [Batch] {
    var generator = SplitMix(seed: UInt64(recipe.training.seed) &* 0x9E37_79B9 &+ UInt64(epoch))
    let items = data.train.items
    let order = items.indices.filter { items[$0].frames > 0 }.shuffled(using: &generator)
    let groups = lengthGroups(order, size: recipe.data.batchSize) { items[$0].frames > items[$1].frames }
    return groups.shuffled(using: &generator).flatMap { clips in
      let most = items[clips[0]].frames
      let step = model.isClip ? most : recipe.model.window
      return stride(from: 0, to: most, by: step).map { Batch(epoch: epoch, clips: clips, start: $0) }
    }
  }

  // MARK: Loss

  private func loss(_ batch: Batch, _ tape: Tape) throws -> SequenceLoss {
    let items = data.train.items
    let alive = batch.clips.filter { items[$0].frames > batch.start }
    let window = model.isClip ? items[batch.clips[0]].frames : recipe.model.window
    let layout = FrameLayout(lengths: alive.map { min(window + model.ahead, items[$0].frames - batch.start) })
    let rows = zip(alive, layout.lengths).map { clip, count in
      views.spliced((clip, batch.start..<batch.start + count), epoch: batch.epoch)
    }
    var input = try views.input(rows.flatMap { $0 }, epoch: batch.epoch, on: tape)
    let mixture = views.mixture(rows, of: batch.clips, epoch: batch.epoch)
    if let mixture {
      let other = try views.input(mixture.rows.flatMap { $0 }, epoch: batch.epoch, on: tape)
      input = input * mixture.share + other * (1 - mixture.share)
    }
    let features = layout.timeMajor(model.network.encoder(input, on: tape))
    let result = model.logits(
      features, keeping: window, lengths: layout.lengths,
      state: batch.start == 0 ? nil : carried.state.first(alive.count), on: tape)
    if let state = result.state { carried.state = state }
    let kept = FrameLayout(lengths: layout.lengths.map { min($0, window) })
    let own = loss(result.logits, rows, kept, epoch: batch.epoch)
    guard let mixture else { return own }
    return own.mixed(with: loss(result.logits, mixture.rows, kept, epoch: batch.epoch), share: mixture.share)
  }

  /// The loss of logits against the labels of what rows show, of as many frames as are kept of each.
  private func loss(
    _ logits: Tensor, _ rows: [[TrainingViews.Part]], _ kept: FrameLayout, epoch: Int
  ) -> SequenceLoss {
    let items = data.train.items
    if model.isClip { return frameLoss(logits, labels: rows.map { items[$0[0].clip].labels.ids[0] }) }
    let shown = zip(rows, kept.lengths).flatMap { row, count in
      row.flatMap { part in views.shown(part, epoch: epoch).map { (items[part.clip].labels, $0) } }.prefix(count)
    }
    if recipe.model.multiLabel {
      let targets = shown.flatMap { labels, frame in labels.targets([frame], of: data.labels.count) }
      let nothing = [Float](repeating: -1, count: data.labels.count)
      return independentLabelLoss(logits, targets: kept.spread(targets, filler: nothing).flatMap { $0 })
    }
    let labels = shown.map { labels, frame in labels.ids[frame] }
    return frameLoss(logits, labels: kept.spread(labels, filler: FrameLabels.none))
  }

  // MARK: Scores

  private func validate() throws -> Validation {
    let scores = try model.evaluate(data.valid, batchSize: recipe.data.batchSize).scores
    let accuracy = scores["accuracy"] ?? scores["map"] ?? 0
    return Validation(
      scores: scores, decisive: recipe.training.keepBest == .loss ? scores["loss"] ?? 0 : -accuracy,
      isOfTraining: data.validatesOnTraining)
  }

  // MARK: The model folder

  /// Labels the test clips, if there are any, with the best model, writes the labels into the folder `test` of the run, a label a
  /// line as the layout of temporal segmentation has them, and the figures into the model folder. A model that has figures is
  /// left alone: every export starts without.
  package func test(_ watch: TrainingWatch) throws {
    // Also without test data: a run that had ended before may have lost its model since.
    let folder = try ModelFolder<LabelDescription>.open(run.model)
    guard let test = data.test else { return }
    if folder.isTested { return }
    let model = try LabelModel(folder)
    let evaluation = try Workers.shared.run { try model.evaluate(test, batchSize: recipe.data.batchSize) }
    let names = Self.fileNames(evaluation.predictions.map(\.clip))
    try FolderSwap.replace(run.url.appending(path: "test")) { fresh in
      for ((_, ids), name) in zip(evaluation.predictions, names) {
        let lines = ids.map { model.labels[$0] + "\n" }.joined()
        // Waiting for the disk after each would take most of the time.
        try AtomicFile.write(to: fresh.appending(path: "\(name).txt"), outlastsPowerCut: false) { try $0.append(lines) }
      }
    }
    try folder.add(testScores: evaluation.scores, watch)
  }

  /// A name for the file of each clip: clips may be named by paths. The last part where that tells them apart, else the whole
  /// path with dashes, numbered if need be.
  static func fileNames(_ clips: [String]) -> [String] {
    func isPlain(_ names: [String]) -> Bool { Set(names).count == names.count }
    let last = clips.map { ($0 as NSString).lastPathComponent }
    if isPlain(last) { return last }
    let joined = clips.map {
      $0.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "-")
    }
    return isPlain(joined) ? joined : zip(joined, 1...).map { "\($1)-\($0)" }
  }

  private func export(_ progress: LearningProgress, _ scores: [String: Double]) throws {
    let provenance = ModelProvenance(
      recipe, progress, data: data.files, scores: scores,
      split: data.validatesOnTraining ? "train" : "valid")
    try model.write(to: run.model, precision: recipe.training.weights, provenance: provenance)
  }
}
