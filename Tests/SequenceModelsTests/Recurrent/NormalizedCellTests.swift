import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("LSTM layers with layer normalisation give PyTorch's numbers")
struct NormalizedCellTests {
  @Test("outputs, final states and every gradient", arguments: [1, 2])
  func agrees(directions: Int) throws {
    let file = try FixtureFile("masked-cells", "lstm_layer_norm.directions\(directions)")
    var blank = Initializer.blank
    let stack = RecurrentStack(
      cell: .lstm, inputs: 3, hidden: 7, layers: 1, bidirectional: directions == 2, isNormalized: true, using: &blank)
    try file.fill(stack.parameters, inputs: ["x", "h0", "c0"])
    let (x, h0, c0) = (try file.tensor("x"), try file.tensor("h0"), try file.tensor("c0"))
    let masks = StackMasks(layers: [(Tensor(repeating: 1, [4, 3]), try file.tensor("hidden_mask"))])
    let lengths = try file.integers("lengths")
    let upstream = try ["y", "hn", "cn"].map { try file.tensor("grad_\($0)") }
    let found = Workers.shared.run {
      let tape = Tape()
      let (input, hidden, state) = (tape.watch(x), tape.watch(h0), tape.watch(c0))
      let (output, final) = stack(
        input, state: RecurrentState(hidden: [hidden], cell: [state]), lengths: lengths, masks: masks, on: tape)
      let outputs = [output, final.hidden[0], final.cell[0]]
      let parts = zip(outputs, upstream).map { ($0 * $1).sum() }
      tape.backward(from: parts[0] + parts[1] + parts[2])
      var results = stack.parameters.gradients
      for (name, output) in zip(["y", "hn", "cn"], outputs) { results[name] = output.detached }
      results["grad.x"] = tape.gradient(of: input)
      results["grad.h0"] = tape.gradient(of: hidden)
      results["grad.c0"] = tape.gradient(of: state)
      return results
    }
    let names = file.tensors.keys.filter { ["y", "hn", "cn"].contains($0) || $0.hasPrefix("grad.") }
    #expect(names.count == 6 + 10 * directions)
    expectClose(found, file.tensors, names: names, tolerance: 2e-5, "lstm_layer_norm")
  }
}
