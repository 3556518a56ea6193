import SequenceModels
import TensorCore
import Workbench

/// The updates of a training without all that surrounds them: loss, gradients, clipping to a norm of 1, optimizer.
struct TrainingUpdates {
  let parameters: [NamedParameter]
  private var optimizer: Optimizer
  private let learningRate: Float

  init(_ parameters: [NamedParameter], _ rule: Optimizer.Rule, learningRate: Float) {
    self.parameters = parameters
    self.learningRate = learningRate
    optimizer = Optimizer(rule)
  }

  /// Makes one update, by the gradients of a loss.
  mutating func update(_ profile: Profile? = nil, _ loss: (Tape) -> SequenceLoss) -> SequenceLoss {
    let tape = Tape(seed: 1, stream: UInt64(optimizer.updates))
    let result = loss(tape)
    tape.backward(from: result.mean)
    let bytes = count * MemoryLayout<Float>.stride
    let scale = clippingScale(norm: gradientNorm(parameters), limit: 1)
    profile?.lap("gradient norm", bytes: bytes)
    optimizer.step(parameters, learningRate: learningRate, gradientScale: scale)
    for (_, parameter) in parameters { parameter.gradient = nil }
    // Adam reads four numbers a parameter and writes three.
    profile?.lap("optimizer", bytes: 7 * bytes)
    return result
  }

  /// The numbers that are learnt, and those that are kept beside them.
  var count: Int { parameters.reduce(0) { $0 + $1.parameter.value.count } }
}
