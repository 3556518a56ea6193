package import SequenceModels
package import TensorCore

/// What `train` needs to know of a task: plain values and functions, the same for every job.
package struct TrainingJob<Batch> {
  /// What is trained.
  package let parameters: [NamedParameter]
  /// What a step leaves for the next besides the parameters; checkpoints hold it, the optimizer leaves it alone.
  package let carried: [NamedParameter]
  /// What the units of a loss are called.
  package let unit: String
  /// The batches of a pass through the data, in order: a function of the pass alone, so that a resumed run sees the
  /// same ones.
  package let batches: (_ epoch: Int) throws -> [Batch]
  /// The loss of a batch, on a tape.
  package let loss: (Batch, Tape) throws -> SequenceLoss
  /// Scores on the validation data.
  package let validate: () throws -> Validation
  /// Writes the model, with the parameters as they are now, to be used outside training.
  package let export: (_ progress: LearningProgress, _ scores: [String: Double]) throws -> Void

  package init(
    parameters: [NamedParameter], carried: [NamedParameter] = [], unit: String = "tokens",
    batches: @escaping (Int) throws -> [Batch], loss: @escaping (Batch, Tape) throws -> SequenceLoss,
    validate: @escaping () throws -> Validation,
    export: @escaping (LearningProgress, [String: Double]) throws -> Void
  ) {
    self.parameters = parameters
    self.carried = carried
    self.unit = unit
    self.batches = batches
    self.loss = loss
    self.validate = validate
    self.export = export
  }
}

/// What a validation found.
package struct Validation: Sendable {
  /// Scores by the names that logs and cards use: `loss`, `perplexity`, `bleu`.
  package let scores: [String: Double]
  /// What decides which checkpoint is best; smaller is better.
  package let decisive: Double
  /// Whether they are scores on the very data that are learnt from, since none were held out.
  package let isOfTraining: Bool

  package init(scores: [String: Double], decisive: Double, isOfTraining: Bool = false) {
    self.scores = scores
    self.decisive = decisive
    self.isOfTraining = isOfTraining
  }
}
