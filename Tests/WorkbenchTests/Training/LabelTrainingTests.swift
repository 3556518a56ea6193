import Foundation
import TestSupport
import Testing
import Workbench

@Suite("Training of labels")
struct LabelTrainingTests {
  @Test("another model gives what fits, and its output layer only to the same labels")
  func warmStart() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(labelsIn: folder)
      try tiny.train("first")
      let first = tiny.run("first").path
      let last = ["training.steps=1", "training.validate_every=1", "training.learning_rate=1e-12"]
      tiny.overrides = last + ["model.warm_start=\(first)"]
      let same = try #require(try tiny.train("same", isQuiet: false).notes.first { $0.contains(" begin as in ") })
      let all = same.split(separator: " ")
      #expect(all[0] == all[2], "\(same)")
      let theirs = try SafetensorsFile(contentsOf: tiny.run("first").appending(path: "model/weights.safetensors"))
      let ours = try SafetensorsFile(contentsOf: tiny.run("same").appending(path: "model/weights.safetensors"))
      for name in ["encoder.projection.weight", "rnn.weight_hh_l1_reverse", "output.weight"] {
        expectClose(try ours.floats(name), try theirs.floats(name), tolerance: 1e-6, name)
      }
      let yaml = try String(contentsOf: tiny.run("same").appending(path: "model/model.yaml"), encoding: .utf8)
      #expect(yaml.contains("warm_start: null"))
      // Other labels of the same number: the output layer begins anew.
      let list = tiny.run("first").appending(path: "model/labels.txt")
      let names = try String(contentsOf: list, encoding: .utf8)
      try AtomicFile.write(names.replacing("0 ", with: "0 other_", maxReplacements: 1), to: list)
      let some = try #require(try tiny.train("others", isQuiet: false).notes.first { $0.contains(" begin as in ") })
      let parts = some.split(separator: " ").compactMap { Int($0) }
      #expect(parts.count == 2 && parts[0] == parts[1] - 2, "\(some)")
    }
  }
}
