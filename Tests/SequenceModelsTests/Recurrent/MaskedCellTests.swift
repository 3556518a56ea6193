import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Recurrent layers with masks give PyTorch's numbers")
struct MaskedCellTests {
  @Test("outputs, final states and every gradient", arguments: CellFixtureTests.cells.map(\.name), [1, 2])
  func agrees(cell name: String, directions: Int) throws {
    let file = try FixtureFile("masked-cells", "\(name).directions\(directions)")
    let cell = try #require(CellFixtureTests.cells.first { $0.name == name }?.cell)
    var blank = Initializer.blank
    let stack = RecurrentStack(
      cell: cell, inputs: 3, hidden: 7, layers: 1, bidirectional: directions == 2, using: &blank)
    try file.fill(stack.parameters, inputs: ["x", "h0", "c0"])
    let (x, h0, c0) = (try file.tensor("x"), try file.tensor("h0"), file.tensors["c0"])
    let masks = RecurrentMasks(hidden: try file.tensor("hidden_mask"), update: file.tensors["update_mask"])
    let lengths = try file.integers("lengths")
    let upstream = ["y", "hn", "cn"].map { file.tensors["grad_\($0)"] }
    let found = Workers.shared.run {
      let tape = Tape()
      let (input, hidden, state) = (tape.watch(x), tape.watch(h0), c0.map { tape.watch($0) })
      let operands = stack.parameters.map { $0.parameter.on(tape) }
      let weights = (0..<directions).map { side in
        let own = operands[(4 * side)...]
        return RecurrentWeights(
          inputHidden: own[4 * side], hiddenHidden: own[4 * side + 1], biasInput: own[4 * side + 2],
          biasHidden: own[4 * side + 3])
      }
      let result = recurrentLayer(
        input, cell: cell, directions: directions == 2 ? [.forward, .backward] : [.forward], weights: weights,
        initialHidden: hidden, initialCell: state, lengths: lengths, masks: masks)
      let outputs = [result.output, result.hidden, result.cell]
      let parts = zip(outputs, upstream).compactMap { output, gradient in
        output.flatMap { output in gradient.map { (output * $0).sum() } }
      }
      tape.backward(from: parts.dropFirst().reduce(parts[0]) { $0 + $1 })
      var results = stack.parameters.gradients
      for (name, output) in zip(["y", "hn", "cn"], outputs) { results[name] = output?.detached }
      results["grad.x"] = tape.gradient(of: input)
      results["grad.h0"] = tape.gradient(of: hidden)
      results["grad.c0"] = state.flatMap { tape.gradient(of: $0) }
      return results
    }
    let names = file.tensors.keys.filter { ["y", "hn", "cn"].contains($0) || $0.hasPrefix("grad.") }
    #expect(names.count == (cell.hasCellState ? 6 : 4) + 4 * directions)
    expectClose(found, file.tensors, names: names, tolerance: 1e-5, name)
  }
}
