import SequenceModels
import TensorCore
import TestSupport
import Testing

/// Two bidirectional layers over rows of unequal lengths, with noise in the padding.
@Suite("A row of a batch knows nothing of the others", .serialized)
struct UnequalLengthTests {
  private static let (steps, inputs, hidden) = (7, 9, 16)

  private func stack(_ cell: RecurrentCell) -> RecurrentStack {
    var initializer = Initializer(seed: 5)
    let stack = RecurrentStack(
      cell: cell, inputs: Self.inputs, hidden: Self.hidden, layers: 2, bidirectional: true, using: &initializer)
    // Biases start at zero: draw them, so that a bias that is lost shows.
    var random = SplitMix(seed: 6)
    for (name, parameter) in stack.parameters where name.hasPrefix("bias") {
      parameter.value = .random(parameter.value.shape, &random, range: 0.5)
    }
    return stack
  }

  private func input(_ cell: RecurrentCell, lengths: [Int], padding: Float? = nil) -> StackInput {
    var random = SplitMix(seed: 7)
    let batch = lengths.count
    func sequence(_ width: Int) -> Tensor {
      var values = random.floats(Self.steps * batch * width, in: -0.5...0.5)
      if let padding {
        for (row, length) in lengths.enumerated() {
          for place in length..<Self.steps {
            for column in 0..<width { values[(place * batch + row) * width + column] = padding }
          }
        }
      }
      return Tensor(values, shape: [Self.steps, batch, width])
    }
    func state() -> Tensor { .random([4, batch, Self.hidden], &random, range: 0.5) }
    return StackInput(
      x: sequence(Self.inputs), h0: state(), c0: cell.hasCellState ? state() : nil, lengths: lengths,
      outputGradient: sequence(2 * Self.hidden), hiddenGradient: state(),
      cellGradient: cell.hasCellState ? state() : nil)
  }

  /// What belongs to single rows.
  private func perRow(_ results: [String: Tensor]) -> [String: Tensor] {
    results.filter { ["y", "hn", "cn", "grad.x", "grad.h0", "grad.c0"].contains($0.key) }
  }

  @Test("a batch of n equals n batches of one", arguments: RecurrentCell.allCases)
  func batchOfOne(cell: RecurrentCell) {
    let stack = stack(cell)
    let input = input(cell, lengths: [4, 1, 7, 7, 2])
    let together = stack.run(input)
    #expect(perRow(together).count == (cell.hasCellState ? 6 : 4))
    var sums: [String: [Float]] = [:]
    for (row, length) in [4, 1, 7, 7, 2].enumerated() {
      let alone = stack.run(
        StackInput(
          x: input.x.batchRow(row), h0: input.h0?.batchRow(row), c0: input.c0?.batchRow(row), lengths: [length],
          outputGradient: input.outputGradient.batchRow(row), hiddenGradient: input.hiddenGradient.batchRow(row),
          cellGradient: input.cellGradient?.batchRow(row)))
      expectClose(
        perRow(together).mapValues { $0.batchRow(row) }, perRow(alone), names: perRow(alone).keys, tolerance: 1e-6,
        "row \(row)")
      for (name, gradient) in alone where perRow(alone)[name] == nil {
        sums[name] = zip(sums[name] ?? [Float](repeating: 0, count: gradient.count), gradient.values).map { $0 + $1 }
      }
    }
    // The gradients of the weights are the sums of those of the rows.
    #expect(sums.count == stack.parameters.count)
    for (name, sum) in sums { expectClose(together[name]?.values ?? [], sum, tolerance: 1e-5, name) }
  }

  @Test("other rows' lengths change nothing of a row", arguments: RecurrentCell.allCases)
  func otherLengths(cell: RecurrentCell) {
    let stack = stack(cell)
    let first = perRow(stack.run(input(cell, lengths: [4, 1, 7, 3, 5])))
    for lengths in [[7, 7, 7, 3, 7], [1, 6, 2, 3, 1], [0, 0, 0, 3, 0]] {
      let second = perRow(stack.run(input(cell, lengths: lengths)))
      expectClose(
        second.mapValues { $0.batchRow(3) }, first.mapValues { $0.batchRow(3) }, names: first.keys, tolerance: 1e-6,
        "lengths \(lengths)")
    }
  }

  @Test("padding is never read, and outputs and gradients are zero there", arguments: RecurrentCell.allCases)
  func padding(cell: RecurrentCell) {
    let stack = stack(cell)
    let lengths = [4, 1, 7, 0, 5]
    let noise = stack.run(input(cell, lengths: lengths))
    let hole = stack.run(input(cell, lengths: lengths, padding: .nan))
    #expect(noise.keys == hole.keys)
    for (name, tensor) in hole { #expect(tensor.values == noise[name]?.values, "\(name)") }
    for name in ["y", "grad.x"] {
      let tensor = hole[name] ?? Tensor(zeros: [0, 5, 0])
      #expect(tensor.shape[0] == Self.steps)
      for (row, length) in lengths.enumerated() {
        let rest = tensor.batchRow(row).slice(length..<Self.steps).values
        #expect(rest.allSatisfy { $0 == 0 }, "\(name) of row \(row)")
      }
    }
  }

  @Test("a row without steps keeps its first state", arguments: RecurrentCell.allCases, [[0, 3, 0], [0, 0, 0]])
  func noSteps(cell: RecurrentCell, lengths: [Int]) {
    let stack = stack(cell)
    let input = input(cell, lengths: lengths)
    let results = stack.run(input)
    for row in lengths.indices where lengths[row] == 0 {
      #expect(results["hn"]?.batchRow(row).values == input.h0?.batchRow(row).values)
      #expect(results["cn"]?.batchRow(row).values == input.c0?.batchRow(row).values)
      #expect(results["grad.h0"]?.batchRow(row).values == input.hiddenGradient.batchRow(row).values)
      #expect(results["grad.c0"]?.batchRow(row).values == input.cellGradient?.batchRow(row).values)
      #expect(results["y"]?.batchRow(row).values.allSatisfy { $0 == 0 } == true)
    }
    if lengths.allSatisfy({ $0 == 0 }) {
      for name in stack.parameters.map(\.name) {
        #expect(results["grad.\(name)"]?.values.allSatisfy { $0 == 0 } == true, "\(name)")
      }
    }
  }

  @Test("one thread and all threads agree", arguments: RecurrentCell.allCases)
  func threads(cell: RecurrentCell) {
    let stack = stack(cell)
    let input = input(cell, lengths: [4, 1, 7, 3, 5])
    let (all, again, one) = Workers.shared.run {
      let all = stack.run(input)
      let again = stack.run(input)
      let count = Workers.shared.count
      Workers.shared.use(threads: 1)
      defer { Workers.shared.use(threads: count) }
      return (all, again, stack.run(input))
    }
    expectClose(one, all, names: all.keys, tolerance: 2e-6)
    for (name, tensor) in all { #expect(tensor.values == again[name]?.values, "\(name) is not the same twice") }
  }
}
