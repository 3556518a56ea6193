import Diagnostics
import TensorCore
import TestSupport
import Testing

@Suite("A recurrent layer agrees with oneDNN's primitive")
struct RecurrentReferenceTests {
  /// One layer on awkward sizes: everything that goes in, and the gradients that arrive from above.
  private struct Case {
    let cell: RecurrentCell
    let direction: ReadingDirection
    let x, hidden, state, outputGradient, hiddenGradient, stateGradient: Tensor
    let weights: RecurrentWeights

    init(_ cell: RecurrentCell, _ direction: ReadingDirection, _ steps: Int, _ batch: Int, _ inputs: Int, _ width: Int)
    {
      self.cell = cell
      self.direction = direction
      var seed = UInt64(steps * 1_000_000 + batch * 10_000 + inputs * 100 + width)
      func numbers(_ shape: [Int], _ range: Float = 1.5) -> Tensor {
        seed += 1_000_000_000
        return randomTensor(shape, seed: seed, in: -range...range)
      }
      x = numbers([steps, batch, inputs])
      hidden = numbers([1, batch, width])
      state = numbers([1, batch, width])
      outputGradient = numbers([steps, batch, width])
      hiddenGradient = numbers([1, batch, width])
      stateGradient = numbers([1, batch, width])
      let rows = cell.gates * width
      weights = RecurrentWeights(
        inputHidden: numbers([rows, inputs], 0.3), hiddenHidden: numbers([rows, width], 0.3),
        biasInput: numbers([rows], 0.5), biasHidden: numbers([rows], 0.5))
    }

    /// Outputs by name, then gradients by name.
    typealias Results = (outputs: [(String, Tensor?)], gradients: [(String, Tensor?)])

    func ours() -> Results {
      let tape = Tape()
      let operands = [x, hidden, state].map { tape.watch($0) }
      let watched = RecurrentWeights(
        inputHidden: tape.watch(weights.inputHidden), hiddenHidden: tape.watch(weights.hiddenHidden),
        biasInput: tape.watch(weights.biasInput), biasHidden: tape.watch(weights.biasHidden))
      let result = recurrentLayer(
        operands[0], cell: cell, directions: [direction], weights: [watched], initialHidden: operands[1],
        initialCell: cell.hasCellState ? operands[2] : nil)
      var loss = (result.output * outputGradient).sum() + (result.hidden * hiddenGradient).sum()
      if let final = result.cell { loss = loss + (final * stateGradient).sum() }
      tape.backward(from: loss)
      let names = ["input", "initial hidden", "initial cell", "weight_ih", "weight_hh", "bias_ih", "bias_hh"]
      let all =
        operands + [watched.inputHidden, watched.hiddenHidden, watched.biasInput, watched.biasHidden]
      return (
        [("output", result.output), ("hidden", result.hidden), ("cell", result.cell)],
        Array(zip(names, all.map { tape.gradient(of: $0) }))
      )
    }

    func reference() throws -> Results {
      let layer = try KernelCatalogue.RecurrentReference(
        cell: cell, direction: direction, inputShape: x.shape, hidden: hidden.columns, training: true)
      try layer.setWeights(weights)
      let result = try layer.forward(x, initialHidden: hidden, initialCell: cell.hasCellState ? state : nil)
      func goBack() throws -> KernelCatalogue.RecurrentReference.Gradients {
        try layer.backward(
          output: outputGradient, hidden: hiddenGradient, cell: cell.hasCellState ? stateGradient : nil)
      }
      // The second time counts: gradients must not pile up from one pass to the next.
      _ = try goBack()
      let back = try goBack()
      return (
        [("output", result.output), ("hidden", result.hidden), ("cell", result.cell)],
        [
          ("input", back.input), ("initial hidden", back.hidden), ("initial cell", back.cell),
          ("weight_ih", back.weights.inputHidden), ("weight_hh", back.weights.hiddenHidden),
          ("bias_ih", back.weights.biasInput), ("bias_hh", back.weights.biasHidden),
        ]
      )
    }
  }

  /// Inputs and hidden units, unequal.
  private static let widths = [(8, 9), (9, 8), (31, 64), (64, 31), (65, 8), (9, 65), (64, 65), (65, 64)]

  @Test("outputs within 1e-5, gradients within 1e-4", arguments: RecurrentCell.allCases)
  func agrees(cell: RecurrentCell) throws {
    for direction in [ReadingDirection.forward, .backward] {
      for steps in [1, 5] {
        for batch in [1, 7, 9] {
          for (inputs, hidden) in Self.widths {
            let run = Case(cell, direction, steps, batch, inputs, hidden)
            let what = "\(cell) \(direction), T \(steps), B \(batch), \(inputs) to \(hidden)"
            let (got, wanted) = try Workers.shared.run { (run.ours(), try run.reference()) }
            compare(got.outputs, wanted.outputs, tolerance: 1e-5, what)
            compare(got.gradients, wanted.gradients, tolerance: 1e-4, "\(what), gradient")
          }
        }
      }
    }
  }

  private func compare(
    _ got: [(String, Tensor?)], _ wanted: [(String, Tensor?)], tolerance: Float, _ what: String
  ) {
    for ((name, a), (_, b)) in zip(got, wanted) {
      #expect((a == nil) == (b == nil), "\(what): \(name)")
      if let a, let b { expectClose(a.values, b.values, tolerance: tolerance, "\(what): \(name)") }
    }
  }

  @Test func inferenceGivesWhatTrainingGives() throws {
    let run = Case(.lstm, .forward, 5, 7, 31, 64)
    let (layer, result) = try Workers.shared.run {
      let layer = try KernelCatalogue.RecurrentReference(
        cell: .lstm, direction: .forward, inputShape: run.x.shape, hidden: 64, training: false)
      try layer.setWeights(run.weights)
      return (layer, try layer.forward(run.x, initialHidden: run.hidden, initialCell: run.state))
    }
    let ours = Workers.shared.run { run.ours().outputs }
    compare(
      ours, [("output", result.output), ("hidden", result.hidden), ("cell", result.cell)], tolerance: 1e-5, "LSTM")
    expectUnrollError(.unavailable, mentions: "backward", "lstm") {
      try layer.backward(output: run.outputGradient, hidden: run.hiddenGradient, cell: run.stateGradient)
    }
  }

  @Test func sizesThatOneDNNDoesNotTakeAreAnError() {
    expectUnrollError(.unavailable, mentions: "oneDNN", "[5, 0, 8]", "status") {
      try KernelCatalogue.RecurrentReference(
        cell: .gru, direction: .forward, inputShape: [5, 0, 8], hidden: 9, training: true)
    }
  }
}
