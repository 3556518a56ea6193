/// How a model learns: `training` of a recipe. A step is one update of the parameters, from one batch.
package struct TrainingSection: Sendable, Equatable {
  /// The rule that turns gradients into updates.
  package enum Optimizer: String, CaseIterable, Sendable {
    /// Stochastic gradient descent, with `momentum`.
    case sgd
    /// Adam (Kingma and Ba 2015), with `adam`.
    case adam
    /// Adam that shrinks the parameters themselves by `weightDecay` (Loshchilov and Hutter 2019), with `adam`.
    case adamw
    /// Adagrad (Duchi et al. 2011), with `adagrad`.
    case adagrad
    /// RMSProp (Tieleman and Hinton 2012), with `rmsprop` and `momentum`.
    case rmsprop
    /// Adadelta (Zeiler 2012), with `adadelta`; its learning rate is 1 in the paper.
    case adadelta
  }

  /// How the learning rate changes.
  package enum Schedule: String, CaseIterable, Sendable {
    /// Not at all.
    case constant
    /// Multiplied by `plateauFactor` whenever `plateauPatience` validations in a row brought nothing better.
    case plateau
    /// Multiplied by `decayFactor` after every `decayEvery` steps, as PyTorch's StepLR; with `decayEvery` 1, ExponentialLR.
    case exponential
    /// Divided by the root of the steps made, counted in `warmup`s (Vaswani et al. 2017, without the model's width):
    /// `learningRate` · √(warmup / step) from step `warmup` on.
    case inverseSqrt = "inverse_sqrt"
    /// From `learningRate` down to `minimumLearningRate` along half a cosine (Loshchilov and Hutter 2017).
    case cosine
    /// Up from a 25th of `learningRate` along half a cosine in the first three tenths of all steps, then down to almost
    /// nothing along another (Smith and Topin 2018, as PyTorch's OneCycleLR).
    case oneCycle = "one_cycle"
  }

  /// The score that decides which checkpoint is the best, when the rate falls and when training stops early.
  package enum Score: String, CaseIterable, Sendable {
    /// Loss per target unit on the validation pairs; less is better.
    case loss
    /// BLEU of the translated validation pairs; more is better.
    case bleu
    /// The share of labels that are right on the validation clips; more is better.
    case accuracy
    /// CIDEr-D of the captions of the validation clips; more is better.
    case cider
    /// Word error rate of the captions of the validation clips; less is better.
    case wer
  }

  /// How exactly the finished model's weights are stored.
  package enum Precision: String, CaseIterable, Sendable {
    /// In 32 bits, as they were trained.
    case full
    /// Rounded to 16 bits: half the size, and no difference that a score would show.
    case half
  }

  /// The optimizer. Default `adam`.
  package var optimizer = Optimizer.adam
  /// The learning rate at the start. Default 0.001.
  package var learningRate = 0.001
  /// Adam's constants.
  package var adam = AdamSection()
  /// Adagrad's constant.
  package var adagrad = AdagradSection()
  /// RMSProp's constants.
  package var rmsprop = RMSPropSection()
  /// Adadelta's constants.
  package var adadelta = AdadeltaSection()
  /// The share of the last update that is kept in the next, for `sgd` and `rmsprop`. Default 0.
  package var momentum = 0.0
  /// Whether `sgd` looks ahead with its momentum (Nesterov 1983). Default false.
  package var nesterov = false
  /// How much `adamw` shrinks parameters in a step, times the learning rate. Default 0.01.
  package var weightDecay = 0.01
  /// How the learning rate changes. Default `constant`.
  package var schedule = Schedule.constant
  /// Steps in which the learning rate rises in a straight line to that of the schedule, which begins behind them; 0 for none.
  /// Default 0.
  package var warmup = 0
  /// What `exponential` multiplies the learning rate by. Default 0.5.
  package var decayFactor = 0.5
  /// Steps, those of the warm-up not counted, after each of which `exponential` does so. Default 10000.
  package var decayEvery = 10_000
  /// What the learning rate is multiplied by on a plateau. Default 0.5.
  package var plateauFactor = 0.5
  /// Validations in a row without a better score that make a plateau. Default 2.
  package var plateauPatience = 2
  /// The learning rate never falls below this, once warmed up. Default 0.
  package var minimumLearningRate = 0.0
  /// Gradients whose norm, over all parameters, is larger are scaled down to it; nil for no limit. Default 1.
  package var gradientClipNorm: Double? = 1
  /// Each element of a gradient is brought into plus or minus this, before the norm is looked at; nil for no limit. Default none.
  package var gradientClipValue: Double?
  /// Batches whose gradients make one step. The step's loss is the mean over the target units of all of them, as if they were one
  /// batch; the last step of a pass has the batches that are left. Default 1.
  package var accumulate = 1
  /// What is not trained: what the names of parameters begin with, such as `encoder` or `decoder.embedding`. Default none.
  package var freeze: [String] = []
  /// How often a decoder reads its own last unit in place of the true one; for sentences and captions. Default none: never.
  package var scheduledSampling: ScheduledSamplingSection?
  /// The probability that is spread evenly over all other units in the training target. Default 0.
  package var labelSmoothing = 0.0
  /// The decay of a moving average of the parameters, which then is what is validated and kept, instead of where the last step
  /// ended; nil for none. Default none.
  package var averageDecay: Double?
  /// Passes through the training data, after which training ends; nil for no limit. Default 10.
  package var epochs: Int? = 10
  /// Steps after which training ends; nil for no limit. Default none.
  package var steps: Int?
  /// Steps between validations. Default 1000.
  package var validateEvery = 1000
  /// Steps between lines of the log. Default 100.
  package var logEvery = 100
  /// Whether the numbers of the log are also written as events that TensorBoard reads, into the run folder. Default true.
  package var tensorboard = true
  /// Steps between checkpoints. Default 1000.
  package var checkpointEvery = 1000
  /// The newest checkpoints that a run keeps, for `unroll models average`. Default 2.
  package var keepCheckpoints = 2
  /// Validations in a row without a better score after which training ends; nil for never. Default none.
  package var patience: Int?
  /// The score that tells better from worse. Default `loss`.
  package var keepBest = Score.loss
  /// How exactly the finished model's weights are stored. Checkpoints are always full. Default `full`.
  package var weights = Precision.full
  /// The seed of all random numbers. Default 1.
  package var seed = 1
  /// Threads to compute on; nil for one a core. The same seed and threads give the same bits. Default none.
  package var threads: Int?

  /// The defaults.
  package init() {}
}

extension TrainingSection: KeyedSection {
  package static let blank = TrainingSection()
  package static let keys: [SectionKey<TrainingSection>] = [
    SectionKey("optimizer", \.optimizer, .choice),
    SectionKey("learning_rate", \.learningRate, .number(.above(0))),
    SectionKey("adam", \.adam, .section),
    SectionKey("adagrad", \.adagrad, .section),
    SectionKey("rmsprop", \.rmsprop, .section),
    SectionKey("adadelta", \.adadelta, .section),
    SectionKey("momentum", \.momentum, .number(.upTo(0, 1))),
    SectionKey("nesterov", \.nesterov, .flag),
    SectionKey("weight_decay", \.weightDecay, .number(.through(0, 1))),
    SectionKey("schedule", \.schedule, .choice),
    SectionKey("warmup", \.warmup, .integer(.through(0, 1 << 40))),
    SectionKey("decay_factor", \.decayFactor, .number(.aboveThrough(0, 1))),
    SectionKey("decay_every", \.decayEvery, .integer(.atLeast(1))),
    SectionKey("plateau_factor", \.plateauFactor, .number(.aboveThrough(0, 1))),
    SectionKey("plateau_patience", \.plateauPatience, .integer(.atLeast(1))),
    SectionKey("minimum_learning_rate", \.minimumLearningRate, .number(.atLeast(0))),
    SectionKey("gradient_clip_norm", \.gradientClipNorm, .optional(.number(.above(0)))),
    SectionKey("gradient_clip_value", \.gradientClipValue, .optional(.number(.above(0)))),
    SectionKey("accumulate", \.accumulate, .integer(.through(1, 65_536))),
    SectionKey("freeze", \.freeze, .list(of: .text("the beginning of a parameter's name"))),
    SectionKey("scheduled_sampling", \.scheduledSampling, .optional(.section)),
    SectionKey("label_smoothing", \.labelSmoothing, .number(.upTo(0, 1))),
    SectionKey("average_decay", \.averageDecay, .optional(.number(.upTo(0, 1)))),
    SectionKey("epochs", \.epochs, .optional(.integer(.atLeast(1)))),
    SectionKey("steps", \.steps, .optional(.integer(.atLeast(1)))),
    SectionKey("validate_every", \.validateEvery, .integer(.atLeast(1))),
    SectionKey("log_every", \.logEvery, .integer(.atLeast(1))),
    SectionKey("tensorboard", \.tensorboard, .flag),
    SectionKey("checkpoint_every", \.checkpointEvery, .integer(.atLeast(1))),
    SectionKey("keep_checkpoints", \.keepCheckpoints, .integer(.through(2, 1000))),
    SectionKey("patience", \.patience, .optional(.integer(.atLeast(1)))),
    SectionKey("keep_best", \.keepBest, .choice),
    SectionKey("weights", \.weights, .choice),
    SectionKey("seed", \.seed, .integer(.atLeast(0))),
    SectionKey("threads", \.threads, .optional(.integer(.through(1, 1024)))),
  ]

  package func check(_ field: Field) throws {
    if epochs == nil, steps == nil {
      throw field.nearest("epochs").error("training would never end", advice: "give epochs or steps")
    }
    if minimumLearningRate > learningRate {
      throw field.nearest("minimum_learning_rate").error(
        "\(minimumLearningRate) is above learning_rate, which is \(learningRate)",
        advice: "give a smaller minimum_learning_rate")
    }
    if ![.sgd, .rmsprop].contains(optimizer), momentum > 0 {
      throw field.nearest("momentum").error(
        "\(optimizer.rawValue) has no momentum",
        advice: [.adam, .adamw].contains(optimizer) ? "remove it or set adam.beta1" : "remove it")
    }
    if nesterov, optimizer != .sgd || momentum == 0 {
      throw field.nearest("nesterov").error(
        "only sgd with momentum can look ahead", advice: "set optimizer to sgd and momentum to 0.9, or remove it")
    }
    if schedule == .oneCycle, warmup > 0 {
      throw field.nearest("warmup").error("one_cycle has a warm-up of its own", advice: "remove warmup")
    }
    if optimizer != .adamw, field.has("weight_decay") && weightDecay > 0 && weightDecay != 0.01 {
      throw field.nearest("weight_decay").error(
        "\(optimizer.rawValue) has no weight decay", advice: "remove it or set optimizer to adamw")
    }
  }
}
