package import TensorCore

/// Turns gradients into updates, each rule as PyTorch computes it.
package struct Optimizer {
  /// The rule and its constants.
  package enum Rule: Sendable, Equatable {
    /// Stochastic gradient descent with momentum.
    case sgd(momentum: Float)
    /// Means of gradients and squared gradients, both corrected for their start at zero (Kingma and Ba, 2015).
    /// `decay` shrinks the parameters themselves (AdamW; Loshchilov and Hutter, 2019).
    case adam(beta1: Float, beta2: Float, epsilon: Float, decay: Float = 0)

    /// What the rule keeps for each parameter, by the names that a checkpoint gives it.
    var memory: [String] {
      switch self {
      case .sgd(let momentum): momentum == 0 ? [] : ["momentum"]
      case .adam: ["mean", "square"]
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
      switch rule {
      case .sgd(let factor):
        var momentum = kept.popLast()
        parameter.descend(
          gradient, momentum: &momentum, factor: factor, learningRate: learningRate, gradientScale: gradientScale)
        if let momentum { kept.append(momentum) }
      case .adam(let beta1, let beta2, let epsilon, let decay):
        // Taken out of the array, because written in place they must be held by nobody else.
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
    case .sgd: self.init(.sgd(momentum: Float(plan.momentum)))
    case .adam, .adamw:
      self.init(
        .adam(
          beta1: Float(plan.adam.beta1), beta2: Float(plan.adam.beta2),
          epsilon: max(Float(plan.adam.epsilon), .leastNormalMagnitude),
          decay: plan.optimizer == .adamw ? Float(plan.weightDecay) : 0))
    }
  }
}
