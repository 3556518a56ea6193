import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Recurrent stacks give PyTorch's numbers")
struct CellFixtureTests {
  /// A file of the fixture, and the stack that it is of.
  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    let cell: RecurrentCell
    var layers = 1
    var directions = 1
    var testDescription: String { file }
  }

  static let cells: [(name: String, cell: RecurrentCell)] = [
    ("lstm", .lstm), ("gru", .gruResetAfter), ("gru_reset_before", .gru), ("rnn_tanh", .rnn), ("rnn_relu", .rnnReLU),
  ]

  static let cases: [Case] = cells.flatMap { name, cell in
    [1, 2].flatMap { layers in
      [1, 2].flatMap { directions in
        ["equal", "unequal"].map { lengths in
          Case(
            file: "\(name).layers\(layers).directions\(directions).\(lengths)", cell: cell, layers: layers,
            directions: directions)
        }
      }
    } + [Case(file: "\(name).larger", cell: cell)]
  }

  @Test("outputs, final states and every gradient", arguments: cases)
  func agrees(with reference: Case) throws {
    let file = try FixtureFile("cells", reference.file)
    let stack = try Self.stack(reference, file)
    let found = stack.run(try Self.input(file))
    let names = file.tensors.keys.filter { $0 == "y" || $0 == "hn" || $0 == "cn" || $0.hasPrefix("grad.") }
    expectClose(
      found, file.tensors, names: names.filter { !$0.hasPrefix("grad.") }, tolerance: 2e-6, reference.file)
    expectClose(found, file.tensors, names: names.filter { $0.hasPrefix("grad.") }, tolerance: 1e-5, reference.file)
  }

  @Test("lengths that are all T are the same as none", arguments: cases.filter { $0.file.hasSuffix(".equal") })
  func fullLengths(of reference: Case) throws {
    let file = try FixtureFile("cells", reference.file)
    let stack = try Self.stack(reference, file)
    var input = try Self.input(file)
    let with = stack.run(input)
    input.lengths = nil
    let without = stack.run(input)
    #expect(with.keys == without.keys)
    for (name, tensor) in with { #expect(tensor.values == without[name]?.values, "\(name)") }
  }

  static func stack(_ reference: Case, _ file: FixtureFile) throws -> RecurrentStack {
    var blank = Initializer.blank
    let stack = RecurrentStack(
      cell: reference.cell, inputs: try file.tensor("x").columns, hidden: try file.tensor("hn").columns,
      layers: reference.layers, bidirectional: reference.directions == 2, using: &blank)
    let shapes = stack.parameters.map(\.parameter.value.shape)
    try file.fill(stack.parameters, inputs: ["x", "h0", "c0"])
    #expect(stack.parameters.map(\.parameter.value.shape) == shapes)
    return stack
  }

  static func input(_ file: FixtureFile) throws -> StackInput {
    StackInput(
      x: try file.tensor("x"), h0: file.tensors["h0"], c0: file.tensors["c0"], lengths: try file.integers("lengths"),
      outputGradient: try file.tensor("grad_y"), hiddenGradient: try file.tensor("grad_hn"),
      cellGradient: file.tensors["grad_cn"])
  }
}
