import TensorCore
import TestSupport
import Testing

/// What must hold of a training step as a whole.
@Suite struct TrainingStepTests {
  /// A network small enough for a test with most operations in it, and large enough for work on several threads.
  private final class Network {
    let table = Parameter(randomTensor([50, 64], seed: 1))
    let weight = Parameter(randomTensor([64, 128], seed: 2))
    let bias = Parameter(randomTensor([128], seed: 3))
    let gain = Parameter(Tensor(repeating: 1, [128]))
    let shift = Parameter(Tensor(zeros: [128]))
    let output = Parameter(randomTensor([301, 128], seed: 4))
    var parameters: [Parameter] { [table, weight, bias, gain, shift, output] }

    /// One step of gradient descent; the loss.
    func step(_ number: Int) -> Float {
      let tape = Tape(seed: 7, stream: UInt64(number))
      let ids = (0..<320).map { Int32($0 * 7 % 50) }
      let embedded = table.on(tape).gatherRows(ids: ids, shape: [20, 16]).dropout(0.2)
      let hidden = (embedded.matmul(weight.on(tape)) + bias.on(tape)).tanh()
      let steps = hidden.unstacked()
      let turned = Tensor.stack([steps[0] * 0.5] + steps.dropFirst().map { $0 + steps[0].sigmoid() })
      let normal = turned.layerNormalized(weight: gain.on(tape), bias: shift.on(tape)).dropout(0.1)
      let labels = (0..<320).map { Int32($0 % 301) }
      let (loss, _) = linearCrossEntropy(
        normal, weight: output.on(tape), bias: nil, labels: labels, labelSmoothing: 0.1, scale: 1 / 320)
      tape.backward(from: loss)
      for parameter in parameters {
        if let gradient = parameter.gradient { parameter.value = (parameter.value - gradient * 0.1).detached }
        parameter.gradient = nil
      }
      return loss.scalar
    }
  }

  /// Other tests take memory meanwhile, so the fewest of many steps counts: a step that needs the system always would
  /// never get by without it.
  @Test func aWarmStepTakesNoMemoryFromTheSystem() {
    let allocator = TensorAllocator.shared
    let network = Network()
    let fewest = Workers.shared.run {
      for step in 0..<2 { _ = network.step(step) }
      return (2..<40).map { step in
        let before = allocator.statistics.systemAllocations
        _ = network.step(step)
        return allocator.statistics.systemAllocations - before
      }.min()
    }
    #expect(fewest == 0)
  }

  @Test func stepsGiveTheSameBitsEachTime() {
    func run() -> [[Float]] {
      Workers.shared.run {
        let network = Network()
        let losses = (0..<3).map { network.step($0) }
        return [losses] + network.parameters.map(\.value.values)
      }
    }
    let first = run()
    #expect(first == run())
    #expect(first[0][2] < first[0][0])
  }
}
