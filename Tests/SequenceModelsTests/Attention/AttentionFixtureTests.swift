import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Attentions give PyTorch's numbers")
struct AttentionFixtureTests {
  @Test(
    "context, weights and every gradient", arguments: AttentionLayer.Kind.allCases, ["small", "one_step", "larger"])
  func agrees(kind: AttentionLayer.Kind, size: String) throws {
    let name = "\(kind.rawValue).\(size)"
    let file = try FixtureFile("attention", name)
    var blank = Initializer.blank
    let layer = AttentionLayer(
      kind, queries: try file.tensor("queries").columns, states: try file.tensor("states").columns, using: &blank)
    try file.fill(layer.parameters, inputs: ["queries", "states"])
    let (queries, states, arriving) = (
      try file.tensor("queries"), try file.tensor("states"), try file.tensor("grad_context")
    )
    let lengths = try file.integers("lengths")
    let found = Workers.shared.run {
      let tape = Tape()
      let (q, s) = (tape.watch(queries), tape.watch(states))
      let (context, weights) = layer(
        q, keys: layer.keys(s, lengths: lengths, on: tape), states: s, lengths: lengths, on: tape)
      tape.backward(from: context, gradient: arriving)
      var found = layer.parameters.gradients
      found["context"] = context.detached
      found["weights"] = weights
      found["grad.queries"] = tape.gradient(of: q)
      found["grad.states"] = tape.gradient(of: s)
      return found
    }
    let gradients = file.tensors.keys.filter { $0.hasPrefix("grad.") }
    #expect(gradients.count == layer.parameters.count + 2)
    expectClose(found, file.tensors, names: ["context", "weights"], tolerance: 2e-6, name)
    expectClose(found, file.tensors, names: gradients, tolerance: 1e-5, name)
  }

  @Test("what stands beyond a source's length is never read", arguments: AttentionLayer.Kind.allCases)
  func padding(kind: AttentionLayer.Kind) throws {
    let file = try FixtureFile("attention", "\(kind.rawValue).small")
    var blank = Initializer.blank
    let layer = AttentionLayer(kind, queries: 6, states: kind == .dot ? 6 : 8, using: &blank)
    try file.fill(layer.parameters, inputs: ["queries", "states"])
    let (queries, states) = (try file.tensor("queries"), try file.tensor("states"))
    let lengths = try file.integers("lengths")
    var values = states.values
    let (batch, width) = (lengths.count, states.columns)
    for (row, length) in lengths.enumerated() {
      for place in length..<states.shape[0] {
        for column in 0..<width { values[(place * batch + row) * width + column] = .nan }
      }
    }
    let holes = Tensor(values, shape: states.shape)
    let (found, gradient) = Workers.shared.run {
      let tape = Tape()
      let s = tape.watch(holes)
      let (context, _) = layer(
        tape.watch(queries), keys: layer.keys(s, lengths: lengths, on: tape), states: s, lengths: lengths, on: tape)
      tape.backward(from: context)
      return (context.detached, tape.gradient(of: s))
    }
    expectClose(found.values, try file.tensor("context").values, tolerance: 2e-6)
    #expect(gradient?.values.allSatisfy(\.isFinite) == true)
  }
}
