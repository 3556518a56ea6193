import Diagnostics
import Foundation
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
  // Data is read before the run folder is made: a mistake there leaves nothing behind.
  let data = try LabelData(recipe, folder, watch)
  let run = try RunFolder(
    request.run ?? URL(fileURLWithPath: "runs/\(recipe.name)", isDirectory: true), resume: request.resume)
  if request.resume { try run.adopt(recipe) } else { try AtomicFile.write(recipe.yaml(), to: run.recipe) }
  let job = try LabelJob(recipe, data, run)
  if !request.resume, let file = recipe.model.pretrained { try job.model.loadEncoder(folder.file(file)) }
  watch.tell(job.summary)
  let (outcome, _) = try Workers.shared.run {
    try train(job.training, plan: recipe.training, run: run, resume: request.resume, watch: watch)
  }
  if outcome != .interrupted { try job.test(watch) }
  return (outcome, run.model)
}
