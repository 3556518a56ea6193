import Foundation

/// What a training run shows and writes while it goes: the progress line, the log, warnings; and how it hears that it
/// should stop.
package final class TrainingWatch {
  private let isQuiet: Bool
  private let stop: () -> Bool
  /// Whether work before training should end, asked on any thread.
  let isInterrupted: @Sendable () -> Bool
  private var line: ProgressLine?
  private var log: JSONLinesLog?
  private var events: EventLog?
  private let note: (String) -> Void
  private var unit = "units"

  /// - Parameters:
  ///   - isQuiet: shows warnings only.
  ///   - stop: asked between two steps whether to save and stop; Ctrl-C by default.
  ///   - isInterrupted: asked on any thread whether reading data should end; Ctrl-C by default.
  ///   - note: where lines go before there is a progress line; standard error by default.
  package init(
    isQuiet: Bool = false, stop: @escaping () -> Bool = { StopSignal.isRaised },
    isInterrupted: @escaping @Sendable () -> Bool = { StopSignal.isRaised },
    note: @escaping (String) -> Void = { Terminal.standardError().write($0 + "\n") }
  ) {
    self.isQuiet = isQuiet
    self.stop = stop
    self.isInterrupted = isInterrupted
    self.note = note
  }

  /// Whether training should save and stop now.
  package var stopRequested: Bool { stop() }

  /// Says something that a user may want to know.
  package func tell(_ text: String) { if !isQuiet { show(text) } }

  /// Says something that a user has to know, even when quiet.
  package func warn(_ text: String) { show("warning: \(text)") }

  private func show(_ text: String) {
    if line != nil { line?.note(text, always: true) } else { note(text) }
  }

  /// A progress line for work before training; nil when quiet.
  func progress(_ label: String, total: Int, unit: String) -> ProgressLine? {
    isQuiet ? nil : ProgressLine(label: label, total: total, unit: unit)
  }

  /// Opens the log, and events for TensorBoard if the plan says so, and starts the progress line. Lines that a resumed run will
  /// write again are dropped.
  func began(
    _ run: RunFolder, _ progress: LearningProgress, _ plan: TrainingSection, steps: Int?, unit: String, resume: Bool
  ) throws {
    self.unit = unit
    log = try JSONLinesLog(run.log, keepingThrough: resume ? progress.step : nil)
    events =
      plan.tensorboard
      ? try EventLog(in: run.url, from: resume ? progress.step + 1 : 0, recipe: run.recipeText()) : nil
    if resume { tell("resuming at step \(progress.step)") }
    line = ProgressLine(
      label: "training", done: progress.step, total: steps, rateUnit: unit, amount: progress.units,
      isQuiet: isQuiet)
  }

  func stepped(_ progress: LearningProgress, loss: Double) {
    line?.update(done: progress.step, amount: progress.units, loss: loss, label: "epoch \(progress.epoch + 1)")
  }

  /// One line of the training curve; names follow those of TensorBoard tags.
  func logged(_ progress: LearningProgress, rate: Double, norm: Double) throws {
    try record(
      [
        "step": .integer(progress.step), "epoch": .integer(progress.epoch + 1),
        "train/loss": .number(progress.pendingLoss / Double(max(progress.pendingUnits, 1))),
        "train/gradient_norm": .number(norm), "train/learning_rate": .number(rate),
        "train/\(unit)": .integer(progress.units), "train/seconds": .number(progress.seconds),
      ], progress)
  }

  func validated(_ progress: LearningProgress, _ validation: Validation, isBest: Bool) throws {
    let scores = validation.scores.sorted { $0.key < $1.key }
    try record(
      .object(
        [.init("step", .integer(progress.step)), .init("best", .boolean(isBest))]
          + scores.map { .init("valid/\($0.key)", .number($0.value)) }), progress)
    let figures = scores.map { "\($0.key) \(String(format: "%.3f", $0.value))" }.joined(separator: "  ")
    let place = validation.isOfTraining ? ", of the training clips" : ""
    tell("step \(progress.step)\(place): \(figures)" + (isBest ? "  (best so far)" : ""))
  }

  /// Writes a line of the log, and its numbers for TensorBoard.
  private func record(_ line: JSONValue, _ progress: LearningProgress) throws {
    try log?.append(line)
    try events?.append(line, step: progress.step)
  }

  func ended() {
    line?.finish()
    line = nil
  }
}
