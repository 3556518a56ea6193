import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import Workbench

@Suite("Weights saved under PyTorch's names")
struct WeightFileTests {
  /// The weights alone, as `save_file(module.state_dict(), …)` leaves them.
  private func weights(of name: String, to url: URL) throws {
    let file = try SafetensorsFile(contentsOf: Fixture("cells").url("\(name).safetensors"))
    var writer = SafetensorsWriter()
    for entry in file.names where entry.hasPrefix("weight_") || entry.hasPrefix("bias_") {
      writer.add(entry, Tensor(try file.floats(entry), shape: try file.shape(entry)))
    }
    try writer.write(to: url)
  }

  @Test(
    "load and give PyTorch's outputs",
    arguments: CellFixtureTests.cases.filter { $0.layers == 2 && $0.directions == 2 })
  func load(reference: CellFixtureTests.Case) throws {
    let file = try FixtureFile("cells", reference.file)
    let stack = try CellFixtureTests.stack(reference, file)
    for (_, parameter) in stack.parameters { parameter.value = Tensor(zeros: parameter.value.shape) }
    try temporaryFolder { folder in
      let url = folder.appending(path: "weights.safetensors")
      try weights(of: reference.file, to: url)
      try SafetensorsFile(contentsOf: url).load(into: stack.parameters)
    }
    let results = stack.run(try CellFixtureTests.input(file))
    expectClose(results, file.tensors, names: ["y", "hn"], tolerance: 1e-5, reference.file)
  }

  @Test("of another shape or under another name are refused")
  func refused() throws {
    let lstm = "lstm.layers1.directions1.equal"
    try temporaryFolder { folder in
      let url = folder.appending(path: "weights.safetensors")
      try weights(of: lstm, to: url)
      let file = try SafetensorsFile(contentsOf: url)
      func stack(_ inputs: Int, layers: Int = 1, cell: RecurrentCell = .lstm) -> RecurrentStack {
        var blank = Initializer.blank
        return RecurrentStack(cell: cell, inputs: inputs, hidden: 4, layers: layers, using: &blank)
      }
      try file.load(into: stack(5).parameters)
      expectUnrollError(.badData, mentions: "weight_ih_l0", "[16, 5]", "[16, 6]") {
        try file.load(into: stack(6).parameters)
      }
      expectUnrollError(.badData, mentions: "weight_ih_l0", "[16, 5]", "[12, 5]") {
        try file.load(into: stack(5, cell: .gru).parameters)
      }
      expectUnrollError(.badData, mentions: "weight_ih_l1", "missing") {
        try file.load(into: stack(5, layers: 2).parameters)
      }
      expectUnrollError(.badData, mentions: "_l0", "no place") {
        try file.load(into: stack(5).parameters.prefixed("encoder"))
      }
    }
  }
}
