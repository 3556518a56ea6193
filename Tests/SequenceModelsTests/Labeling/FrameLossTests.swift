import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("The loss of labels of frames is PyTorch's")
struct FrameLossTests {
  @Test(
    "cross-entropy with weights and smoothing, and the term for neighbouring frames",
    arguments: [
      "plain", "ignored", "weights", "smoothing", "weights_smoothing", "temporal", "temporal_cut", "everything", "clip",
    ])
  func agrees(name: String) throws {
    let file = try FixtureFile("labeling", "loss.\(name)")
    let settings = try file.tensor("settings").values
    let loss = FrameLoss(
      classWeights: file.tensors["weights"]?.values, labelSmoothing: settings[0], temporalSmoothing: settings[1],
      temporalThreshold: settings[2])
    let labels = try file.integers("labels").map(Int32.init)
    let (found, likelihood) = try lossAndGradient(file) { loss($0, labels: labels) }
    expectClose(found, file.tensors, names: ["loss"], tolerance: 2e-6, name)
    expectClose(found, file.tensors, names: ["grad.logits"], tolerance: 1e-6, name)
    expectClose(likelihood.sum, Double(try file.tensor("nll").values[0]), tolerance: 1e-5, "likelihood of \(name)")
    #expect(likelihood.units == labels.count { $0 >= 0 })
  }

  @Test("independent labels: binary cross-entropy")
  func independent() throws {
    let file = try FixtureFile("labeling", "independent")
    let targets = try file.tensor("targets").values
    let (found, likelihood) = try lossAndGradient(file) { independentLabelLoss($0, targets: targets) }
    expectClose(found, file.tensors, names: ["loss"], tolerance: 2e-6)
    expectClose(found, file.tensors, names: ["grad.logits"], tolerance: 1e-6)
    #expect(likelihood.units == 10)
    expectClose(likelihood.sum, Double(try file.tensor("loss").values[0]) * 10, tolerance: 1e-5)
  }

  @Test("independent labels of logits that exp cannot take")
  func extremes() {
    let loss = Workers.shared.run {
      independentLabelLoss(Tensor([200, -200, 200, -200], shape: [1, 1, 4]), targets: [1, 0, 0, 1]).mean.scalar
    }
    #expect(loss == 100)
  }

  @Test("frames without labels cost nothing")
  func nothing() {
    Workers.shared.run {
      let tape = Tape()
      let logits = tape.watch(randomTensor([3, 2, 4], seed: 1))
      let loss = FrameLoss(temporalSmoothing: 0.15)(logits, labels: [Int32](repeating: -1, count: 6))
      tape.backward(from: loss.mean)
      #expect(loss.mean.scalar == 0 && loss.units == 0)
      #expect(tape.gradient(of: logits)?.values.allSatisfy { $0 == 0 } ?? true)
    }
  }

  @Test("gradients are finite differences")
  func differences() {
    let labels: [Int32] = [0, 2, 1, -1, 3, 0, 2, -1]
    let loss = FrameLoss(classWeights: [1, 0.5, 2, 1.5], labelSmoothing: 0.1)
    checkGradients("cross-entropy", of: [randomTensor([4, 2, 4], seed: 3)]) { loss($0[0], labels: labels).mean }
    let targets: [Float] = labels.flatMap { label in (0..<4).map { label < 0 ? -1 : $0 == label ? 1 : 0 } }
    checkGradients("independent labels", of: [randomTensor([4, 2, 4], seed: 4)]) {
      independentLabelLoss($0[0], targets: targets).mean
    }
  }

  /// The loss and the gradient of `logits`, and the likelihood that is reported beside.
  private func lossAndGradient(
    _ file: FixtureFile, _ function: (Tensor) -> SequenceLoss
  ) throws -> (tensors: [String: Tensor], likelihood: (sum: Double, units: Int)) {
    let logits = try file.tensor("logits")
    return Workers.shared.run {
      let tape = Tape()
      let watched = tape.watch(logits)
      let loss = function(watched)
      tape.backward(from: loss.mean)
      var found = ["loss": Tensor([loss.mean.scalar], shape: [1])]
      found["grad.logits"] = tape.gradient(of: watched)
      return (found, (loss.negativeLogLikelihood, loss.units))
    }
  }
}
