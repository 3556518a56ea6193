/// Where a training run is: with the parameters and the optimizer's memory, all that is needed to go on as if it had
/// never stopped. Data order and random masks are functions of seed, epoch and step, so they need no state of their own.
package struct LearningProgress: Codable, Sendable, Equatable {
  /// Updates made.
  package var step = 0
  /// Passes through the data finished.
  package var epoch = 0
  /// Batches of this pass done.
  package var position = 0
  /// Target units learnt from, over all passes.
  package var units = 0
  /// Seconds spent training, over all sittings.
  package var seconds = 0.0
  /// The steps that the run was to have when it began; nil in runs of versions that did not note it.
  package var plannedTotal: Int?
  /// The learning rate of the next step, but for the warm-up.
  package var learningRate: Double
  /// The score of the best validation so far.
  package var best: Double?
  /// The step of the best validation.
  package var bestStep: Int?
  /// The step of the last validation.
  package var validatedStep: Int?
  /// How many threads computed the last sitting; sums of another number differ in their last bits.
  package var threads: Int?
  /// Validations in a row that brought nothing better.
  package var validationsWithoutGain = 0
  /// The same since the learning rate last fell.
  package var validationsOnPlateau = 0
  /// The loss and units since the last line of the log.
  package var pendingLoss = 0.0
  package var pendingUnits = 0

  /// The start of a run.
  package init(learningRate: Double) { self.learningRate = learningRate }

  /// Takes a validation score in (smaller is better): the best is noted, the rate falls on a plateau. A score that is not
  /// finite is never the best.
  ///
  /// - Returns: whether it is the best so far.
  package mutating func take(score: Double, plan: TrainingSection) -> Bool {
    validatedStep = step
    if score.isFinite && best.map({ score < $0 }) ?? true {
      best = score
      bestStep = step
      validationsWithoutGain = 0
      validationsOnPlateau = 0
      return true
    }
    validationsWithoutGain += 1
    validationsOnPlateau += 1
    if plan.schedule == .plateau && validationsOnPlateau >= plan.plateauPatience {
      learningRate = max(learningRate * plan.plateauFactor, plan.minimumLearningRate)
      validationsOnPlateau = 0
    }
    return false
  }

  /// How the plan says that a run in this state has ended; nil when it goes on.
  package func end(of plan: TrainingSection) -> TrainingOutcome? {
    if let limit = plan.steps, step >= limit { return .finished }
    if let limit = plan.epochs, epoch >= limit { return .finished }
    if let patience = plan.patience, validationsWithoutGain >= patience { return .stoppedEarly }
    return nil
  }

  /// The step after which a plan ends, unless validation ends it sooner, with so many batches in a pass.
  package func plannedSteps(_ plan: TrainingSection, perEpoch: Int) -> Int {
    func steps(_ batches: Int) -> Int { (batches + plan.accumulate - 1) / plan.accumulate }
    let ofPasses = plan.epochs.map { step + min(max(0, $0 - epoch), 1 << 32) * steps(perEpoch) - steps(position) }
    return max(step, min(plan.steps ?? .max, ofPasses ?? .max))
  }
}
