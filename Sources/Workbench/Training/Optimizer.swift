package import TensorCore

/// Turns gradients into updates, each rule as PyTorch computes it.
package struct Optimizer {
  /// The rule and its constants.
  package enum Rule: Sendable, Equatable {
    /// Stochastic gradient descent with momentum (Nesterov's or the heavy ball's).
    case sgd(momentum: Float, nesterov: Bool = false)
    /// Means of gradients and squared gradients, both corrected for their start at zero (Kingma and Ba, 2015).
    /// `decay` shrinks the parameters themselves (AdamW; Loshchilov and Hutter, 2019).
    case adam(beta1: Float, beta2: Float, epsilon: Float, decay: Float = 0)
    /// Gradients divided by the root of the sum of all squared ones (Duchi et al., 2011).
    case adagrad(epsilon: Float)
    /// Gradients divided by the root of a mean of squared ones (Tieleman and Hinton, 2012), with momentum.
    case rmsprop(alpha: Float, epsilon: Float, momentum: Float = 0)
    /// The same, times the root of a mean of squared steps (Zeiler, 2012).
    case adadelta(rho: Float, epsilon: Float)

    /// What the rule keeps for each parameter, by the names that a checkpoint gives it.
    var memory: [String] {
      switch self {
      case .sgd(let momentum, _): momentum == 0 ? [] : ["momentum"]
      case .adam: ["mean", "square"]
      case .adagrad: ["sum"]
      case .rmsprop(_, _, let momentum): momentum == 0 ? ["square"] : ["square", "momentum"]
      case .adadelta: ["square", "change"]
      }
    }
  }

  package let rule: Rule
  /// How many updates were made.
  package var updates = 0
  /// What the rule remembers of each parameter, in the order of `rule.memory`.
  package var memory: [String: [Tensor]] = [:]

  /// Starts without memory.
  package init(_ rule: Rule) { self.rule = rule }

  /// Updates every parameter that has a gradient. `gradientScale` multiplies all gradients first (norm clipping).
  package mutating func step(_ parameters: [NamedParameter], learningRate: Float, gradientScale: Float = 1) {
    updates += 1
    for (name, parameter) in parameters {
      guard let gradient = parameter.gradient else { continue }
      var kept = memory.removeValue(forKey: name) ?? rule.memory.map { _ in Tensor(zeros: gradient.shape) }
      // Taken out of the array, because written in place they must be held by nobody else.
      switch rule {
      case .sgd(let factor, let nesterov):
        var momentum = kept.popLast()
        parameter.descend(
          gradient, momentum: &momentum, factor: factor, nesterov: nesterov, learningRate: learningRate,
          gradientScale: gradientScale)
        if let momentum { kept.append(momentum) }
      case .adagrad(let epsilon):
        guard var sum = kept.popLast() else { continue }
        parameter.adapt(
          gradient, sum: &sum, learningRate: learningRate, epsilon: epsilon, gradientScale: gradientScale)
        kept = [sum]
      case .rmsprop(let alpha, let epsilon, let factor):
        var momentum = factor == 0 ? nil : kept.popLast()
        guard var square = kept.popLast() else { continue }
        parameter.adapt(
          gradient, square: &square, alpha: alpha, momentum: &momentum, factor: factor, learningRate: learningRate,
          epsilon: epsilon, gradientScale: gradientScale)
        kept = momentum.map { [square, $0] } ?? [square]
      case .adadelta(let rho, let epsilon):
        guard var change = kept.popLast(), var square = kept.popLast() else { continue }
        parameter.adapt(
          gradient, square: &square, change: &change, rho: rho, learningRate: learningRate, epsilon: epsilon,
          gradientScale: gradientScale)
        kept = [square, change]
      case .adam(let beta1, let beta2, let epsilon, let decay):
        guard var square = kept.popLast(), var mean = kept.popLast() else { continue }
        parameter.adapt(
          gradient, mean: &mean, square: &square, update: updates, learningRate: learningRate, beta1: beta1,
          beta2: beta2, epsilon: epsilon, decay: decay, gradientScale: gradientScale)
        kept = [mean, square]
      }
      memory[name] = kept
    }
  }
}

extension Optimizer {
  /// The optimizer that a recipe asks for.
  package init(_ plan: TrainingSection) {
    switch plan.optimizer {
    case .sgd: self.init(.sgd(momentum: Float(plan.momentum), nesterov: plan.nesterov))
    case .adagrad: self.init(.adagrad(epsilon: Self.positive(plan.adagrad.epsilon)))
    case .rmsprop:
      self.init(
        .rmsprop(
          alpha: Float(plan.rmsprop.alpha), epsilon: Self.positive(plan.rmsprop.epsilon),
          momentum: Float(plan.momentum)))
    case .adadelta:
      self.init(.adadelta(rho: Float(plan.adadelta.rho), epsilon: Self.positive(plan.adadelta.epsilon)))
    case .adam, .adamw:
      self.init(
        .adam(
          beta1: Float(plan.adam.beta1), beta2: Float(plan.adam.beta2),
          epsilon: Self.positive(plan.adam.epsilon),
          decay: plan.optimizer == .adamw ? Float(plan.weightDecay) : 0))
    }
  }

  /// A number above 0 that is one in 32 bits too.
  private static func positive(_ number: Double) -> Float { max(Float(number), .leastNormalMagnitude) }
}
