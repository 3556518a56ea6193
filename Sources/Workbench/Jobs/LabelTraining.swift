import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// Trains a model that labels frames from a recipe.
///
/// - Returns: how training ended, and the model folder.
/// - Throws: `UnrollError` for whatever is wrong with the recipe, the data or the run folder.
func trainLabels(
  _ request: TrainingRequest, watch: TrainingWatch
) throws -> (outcome: TrainingOutcome, model: URL) {
  let recipe = try LabelRecipe.read(from: request.recipe, overrides: request.overrides)
  if let threads = recipe.training.threads { Workers.request(threads: threads) }
  let folder = DataFolder(recipe: recipe, file: request.recipe, source: request.source)
  // What is soon found out comes first. Data is read before the run folder is made: a mistake there leaves nothing behind.
  let place = try request.place(of: recipe)
  let first = try FirstWeights(
    pretrained: recipe.model.pretrained, warmStart: recipe.model.warmStart, isFrozen: recipe.model.frozen, request,
    folder)
  var data = try LabelData(recipe, folder, watch)
  let files = try data.files + (first?.records() ?? [])
  let run = try RunFolder(place, resume: request.resume)
  try run.begin(recipe, data: files, resume: request.resume)
  let model = try LabelModel(recipe, data)
  try Workers.shared.run {
    if let file = first?.pretrained { try model.loadEncoder(file) }
    if let other = first?.model { try model.warmStart(from: other, watch) }
  }
  if recipe.model.frozen {
    let cache = recipe.data.featureCache.map { URL(fileURLWithPath: $0, isDirectory: true) }
    data = try Workers.shared.run { try data.encoded(by: model, cache: cache, watch) }
  }
  let job = LabelJob(recipe, data, model, run)
  watch.tell(job.summary)
  let (outcome, _) = try Workers.shared.run {
    try train(job.training, plan: recipe.training, run: run, resume: request.resume, watch: watch)
  }
  if outcome != .interrupted { try job.test(watch) }
  return (outcome, run.model)
}

extension LabelModel {
  /// A model of random parameters.
  package init(untrained section: LabelModelSection, _ frames: FrameSection, labels: LabelNames) throws {
    let network = try Workers.shared.run {
      try FrameLabelNetwork(
        section, frames: frames, features: nil, labels: labels.count, initializer: Initializer(seed: 1))
    }
    self.init(network: network, section: section, frames: frames, labels: labels, background: [])
  }

  /// The model that a recipe describes, with first parameters from the recipe's seed.
  ///
  /// Throws `UnrollError` of kind `badData` when its data do not fit.
  init(_ recipe: LabelRecipe, _ data: LabelData) throws {
    if recipe.model.addScores, data.train.featureSize != data.labels.count {
      throw UnrollError(
        .badData, file: recipe.name,
        "model.add_scores is true, but frames have \(data.train.featureSize ?? 0) features and there are "
          + "\(data.labels.count) labels", advice: "set model.add_scores to false")
    }
    let network = try Workers.shared.run {
      try FrameLabelNetwork(
        recipe.model, frames: recipe.frames, features: data.train.featureSize, labels: data.labels.count,
        initializer: Initializer(seed: UInt64(recipe.training.seed)))
    }
    let smoother =
      recipe.model.decoding == .viterbi
      ? ViterbiSmoother(
        labels: data.labels.count, countedOn: data.train.items.map(\.labels.ids),
        scale: Float(recipe.model.decodingScale)) : nil
    self.init(
      network: network, section: recipe.model, frames: recipe.frames, labels: data.labels,
      background: recipe.data.background, smoother: smoother)
  }
}
