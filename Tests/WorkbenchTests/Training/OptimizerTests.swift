import TensorCore
import TestSupport
import Testing
import Workbench

@Suite("Ten steps of each optimizer are PyTorch's")
struct OptimizerTests {
  private static let names = ["matrix", "scalar", "vector"]

  @Test(arguments: [
    "adam", "adam_other_settings", "adam_clipped", "adamw", "adamw_clipped", "sgd", "sgd_clipped", "sgd_momentum",
    "sgd_nesterov", "sgd_clipped_value", "adagrad", "adagrad_clipped", "rmsprop", "rmsprop_momentum", "adadelta",
    "adadelta_other_settings",
  ])
  func agrees(name: String) throws {
    let file = try Fixture("optimizers").tensors("\(name).safetensors")
    func numbers(_ name: String) throws -> Fixture.Numbers { try #require(file[name], "no '\(name)' in the fixture") }
    func setting(_ name: String) throws -> Float { try numbers(name).values[0] }
    func line(_ name: String, _ step: Int) throws -> Tensor {
      let (shape, values) = try numbers(name)
      let count = values.count / shape[0]
      return Tensor(Array(values[step * count..<(step + 1) * count]), shape: Array(shape.dropFirst()))
    }
    let rule: Optimizer.Rule
    if name.hasPrefix("adagrad") {
      rule = .adagrad(epsilon: try setting("eps"))
    } else if name.hasPrefix("rmsprop") {
      rule = .rmsprop(
        alpha: try setting("alpha"), epsilon: try setting("eps"), momentum: file["momentum"]?.values[0] ?? 0)
    } else if name.hasPrefix("adadelta") {
      rule = .adadelta(rho: try setting("rho"), epsilon: try setting("eps"))
    } else if name.hasPrefix("adam") {
      let betas = try numbers("betas").values
      rule = .adam(
        beta1: betas[0], beta2: betas[1], epsilon: try setting("eps"), decay: file["weight_decay"]?.values[0] ?? 0)
    } else {
      rule = .sgd(momentum: file["momentum"]?.values[0] ?? 0, nesterov: file["nesterov"] != nil)
    }
    var optimizer = Optimizer(rule)
    let parameters: [NamedParameter] = try Self.names.map { ($0, Parameter(try line("\($0).values", 0))) }
    let rate = try setting("lr")
    var plan = TrainingSection()
    plan.gradientClipNorm = file["clip"].map { Double($0.values[0]) }
    plan.gradientClipValue = file["clip_value"].map { Double($0.values[0]) }
    var wasClipped = Set<Bool>()
    for step in 0..<10 {
      for (name, parameter) in parameters { parameter.gradient = try line("\(name).gradients", step) }
      let (norm, scale) = Workers.shared.run {
        let norm = gradientNorm(parameters)
        let scale = clip(parameters, 1, norm: norm, plan)
        optimizer.step(parameters, learningRate: rate, gradientScale: scale)
        return (norm, scale)
      }
      wasClipped.insert(scale < 1)
      expectClose(norm, Double(try numbers("norms").values[step]), tolerance: 1e-6, "norm of step \(step + 1)")
      for (name, parameter) in parameters {
        let expected = try line("\(name).values", step + 1)
        expectClose(parameter.value.values, expected.values, tolerance: 1e-6, "\(name) after step \(step + 1)")
      }
    }
    #expect(optimizer.updates == 10)
    #expect(wasClipped == (plan.gradientClipNorm == nil ? [false] : [false, true]))
  }

  @Test(
    "the keys of a recipe reach the rule",
    arguments: [
      ("optimizer=sgd", Optimizer.Rule.sgd(momentum: 0)),
      ("optimizer=sgd momentum=0.75 nesterov=true", .sgd(momentum: 0.75, nesterov: true)),
      ("optimizer=adam adam.epsilon=1e-8", .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)),
      (
        "optimizer=adamw weight_decay=0.25 adam.beta1=0.5 adam.beta2=0.75 adam.epsilon=0.125",
        .adam(beta1: 0.5, beta2: 0.75, epsilon: 0.125, decay: 0.25)
      ),
      ("optimizer=adagrad adagrad.epsilon=0.5", .adagrad(epsilon: 0.5)),
      (
        "optimizer=rmsprop rmsprop.alpha=0.5 rmsprop.epsilon=0.25 momentum=0.75",
        .rmsprop(alpha: 0.5, epsilon: 0.25, momentum: 0.75)
      ),
      ("optimizer=adadelta adadelta.rho=0.5 adadelta.epsilon=0.25", .adadelta(rho: 0.5, epsilon: 0.25)),
    ])
  func recipe(keys: String, rule: Optimizer.Rule) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        in: folder, overrides: keys.split(separator: " ").map { "training." + $0 })
      #expect(Optimizer(try tiny.job("run").0.recipe.training).rule == rule)
    }
  }

  @Test("a parameter without a gradient stays, and one of norm zero is not divided by")
  func nothingToDo() {
    let (still, moving) = (Parameter(Tensor([1, 2], shape: [2])), Parameter(Tensor([3], shape: [1])))
    let parameters: [NamedParameter] = [("still", still), ("moving", moving)]
    moving.gradient = Tensor([0], shape: [1])
    var optimizer = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
    Workers.shared.run {
      optimizer.step(
        parameters, learningRate: 0.1, gradientScale: clippingScale(norm: gradientNorm(parameters), limit: 1))
    }
    #expect(still.value.values == [1, 2])
    #expect(moving.value.values == [3])
    #expect(optimizer.memory["still"] == nil)
  }
}
