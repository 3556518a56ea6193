import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import Workbench

@Suite("Moving average of parameters")
struct WeightAverageTests {
  private let live = Parameter(randomTensor([3, 5], seed: 1))

  private func average(_ decay: Double) -> WeightAverage { WeightAverage([("w", live)], decay: decay) }

  @Test("each step keeps a share of the average, less in the first steps")
  func steps() throws {
    let average = average(0.3)
    var expected = live.value.values.map(Double.init)
    for step in 1...6 {
      live.value = randomTensor([3, 5], seed: UInt64(step + 1))
      average.update(after: step)
      let kept = min(0.3, Double(1 + step) / Double(10 + step))
      expected = zip(expected, live.value.values).map { kept * $0 + (1 - kept) * Double($1) }
    }
    let found = try #require(average.parameters.first)
    #expect(found.name == "average.w")
    expectClose(found.parameter.value.values, expected.map(Float.init), tolerance: 1e-6)
    // The parameters themselves are where the last step left them.
    #expect(live.value.values == randomTensor([3, 5], seed: 7).values)
  }

  @Test("it takes the place of the parameters for a while, whatever happens then")
  func inPlace() throws {
    struct Fault: Error {}
    let average = average(0.9)
    let before = live.value.values
    live.value = randomTensor([3, 5], seed: 9)
    let after = live.value.values
    #expect(average.inPlace { live.value.values } == before)
    #expect(throws: Fault.self) { try average.inPlace { throw Fault() } }
    #expect(live.value.values == after && average.parameters[0].parameter.value.values == before)
  }

  @Test("the best model is the average, and so are the scores")
  func exported() throws {
    try temporaryFolder { folder in
      // With a share this large the average stays near the first parameters, which know nothing.
      let tiny = try TinyRun(in: folder, overrides: ["training.average_decay=0.999"])
      try tiny.train("average")
      let file = try SafetensorsFile(contentsOf: tiny.run("average").appending(path: "model/weights.safetensors"))
      let checkpoint = try #require(try SavedState.list(tiny.run("average")).first)
      let saved = try SafetensorsFile(contentsOf: tiny.run("average").appending(path: checkpoint.file))
      let name = "decoder.output.weight"
      #expect(try file.bytes(name) == saved.bytes("average.\(name)"))
      #expect(try file.bytes(name) != saved.bytes(name))
    }
  }
}
