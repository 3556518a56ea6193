import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// How a call of `train` ended.
package enum TrainingOutcome: Sendable, Equatable {
  /// All epochs or steps are done.
  case finished
  /// Validation stopped getting better.
  case stoppedEarly
  /// A signal asked to stop; the state is saved.
  case interrupted
}

/// Trains until the plan says stop, a validation says so, or a signal does.
///
/// One loop for every job. Whatever happens, the state of the last checkpoint is on disk; a stop by signal saves first.
/// Called on the tensor thread.
///
/// - Parameters:
///   - job: what is trained and on what.
///   - plan: the `training` section of the recipe.
///   - run: where the run lives.
///   - resume: whether to go on from the newest checkpoint.
///   - watch: progress line, log and warnings.
/// - Throws: `UnrollError` when the loss is not finite, there is no batch, or a file cannot be read or written.
package func train<Batch>(
  _ job: TrainingJob<Batch>, plan: TrainingSection, run: RunFolder, resume: Bool, watch: TrainingWatch
) throws -> (outcome: TrainingOutcome, progress: LearningProgress) {
  var run = run
  try job.freeze(plan.freeze, in: run)
  let average = plan.averageDecay.map { WeightAverage(job.parameters, decay: $0) }
  let saved = job.parameters + job.carried + (average?.parameters ?? [])
  var optimizer = Optimizer(plan)
  var progress = LearningProgress(learningRate: plan.learningRate)
  if resume {
    progress = try run.restore(saved, &optimizer, warn: watch.warn)
    // The last pass was validated, or that is still to be done.
    if let end = progress.end(of: plan), end == .stoppedEarly || progress.validatedStep == progress.step {
      watch.tell("this run has ended; its model is \(run.model.relativePath)")
      return (end, progress)
    }
    if let before = progress.threads, before != Workers.shared.count {
      watch.warn(
        "the run had \(counted(before, "thread")) and now has \(Workers.shared.count): "
          + "its weights will not be those of an uninterrupted run to the bit")
    }
  }
  progress.threads = Workers.shared.count
  if !resume {
    // From now on there is a state to resume from, and a folder that cannot hold one is found out at once.
    try run.save(saved, optimizer, progress, keeping: plan.keepCheckpoints)
  }
  var sitting = Date()

  func elapse() {
    progress.seconds += Date().timeIntervalSince(sitting)
    sitting = Date()
  }

  /// What stops a run that came to numbers that are none; the checkpoints that it names are sound.
  func divergence(_ what: String, step: Int, batch: Int) -> UnrollError {
    let good =
      run.newest.map { "the newest checkpoint, \($0.file), is of step \($0.step)" } ?? "there is no checkpoint yet"
    return UnrollError(
      .badData, file: run.url.path,
      "step \(step) (epoch \(progress.epoch + 1), batch \(batch)): \(what); \(good)",
      advice: "start a new run with a smaller training.learning_rate or training.gradient_clip_norm")
  }

  /// An update can overflow though its gradient did not: what it leaves is neither judged nor saved.
  func checkParameters() throws {
    for (name, parameter) in job.parameters where !parameter.value.sumOfSquares().isFinite {
      throw divergence("\(name) is not finite after the update", step: progress.step, batch: progress.position)
    }
  }

  func save() throws {
    elapse()
    try checkParameters()
    try run.save(saved, optimizer, progress, keeping: plan.keepCheckpoints)
  }

  func validate() throws {
    elapse()
    try checkParameters()
    func judge() throws {
      let validation = try job.validate()
      sitting = Date()
      let isBest = progress.take(score: validation.decisive, plan: plan)
      try watch.validated(progress, validation, isBest: isBest)
      if isBest { try job.export(progress, validation.scores) }
    }
    if let average { try average.inPlace(judge) } else { try judge() }
  }

  func finish(_ outcome: TrainingOutcome) throws -> (TrainingOutcome, LearningProgress) {
    try save()
    return (outcome, progress)
  }

  var batches = try job.batches(progress.epoch)
  guard !batches.isEmpty else {
    throw UnrollError(
      .badData, file: run.url.path, "there is nothing to learn from: every training example was left out",
      advice: "check data.train and, for sentences, data.max_length")
  }
  // However training ends, what is said next starts on a line of its own.
  defer { watch.ended() }
  try watch.began(
    run, progress, plan, steps: progress.plannedSteps(plan, perEpoch: batches.count), unit: job.unit, resume: resume)
  while true {
    if progress.position >= batches.count {
      progress.epoch += 1
      progress.position = 0
      batches = try job.batches(progress.epoch)
    }
    if let end = progress.end(of: plan) {
      if end == .finished, progress.validatedStep != progress.step { try validate() }
      return try finish(end)
    }
    if watch.stopRequested { return try finish(.interrupted) }

    // The schedule keeps its length when a resumed run gets another one: the steps before followed it.
    let total = progress.plannedTotal ?? progress.plannedSteps(plan, perEpoch: batches.count)
    progress.plannedTotal = total
    if let rate = plan.scheduledRate(step: progress.step, of: total) { progress.learningRate = rate }
    let rate = progress.learningRate * plan.warmUp(step: progress.step)
    let used = batches[progress.position...].prefix(plan.accumulate)
    let loss = try job.learn(from: used, plan, step: progress.step)
    let norm = gradientNorm(job.parameters) * Double(loss.share)
    guard loss.mean.isFinite, norm.isFinite else {
      throw divergence(
        "the loss is \(loss.mean) and the gradient norm \(norm)", step: progress.step + 1, batch: progress.position + 1)
    }
    optimizer.step(
      job.parameters, learningRate: Float(rate), gradientScale: clip(job.parameters, loss.share, norm: norm, plan))
    for (_, parameter) in job.parameters { parameter.gradient = nil }

    progress.step += 1
    average?.update(after: progress.step)
    progress.position += used.count
    progress.units += loss.units
    progress.pendingLoss += loss.mean * Double(loss.units)
    progress.pendingUnits += loss.units
    watch.stepped(progress, loss: loss.mean)
    if progress.step % plan.logEvery == 0 {
      elapse()
      try watch.logged(progress, rate: rate, norm: norm)
      progress.pendingLoss = 0
      progress.pendingUnits = 0
    }
    if progress.step % plan.validateEvery == 0 { try validate() }
    if progress.step % plan.checkpointEvery == 0 { try save() }
  }
}
