import Diagnostics
import Foundation
import SequenceModels
import TestSupport
import Testing
import TextIO
import Workbench

@Suite("The mean of checkpoints")
struct CheckpointAverageTests {
  @Test("is that of each number, in a model that can be used", arguments: ["full", "half"])
  func mean(weights: String) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        in: folder,
        overrides: [
          "training.checkpoint_every=2", "training.keep_checkpoints=4", "training.average_decay=0.9",
          "training.weights=\(weights)",
        ])
      try tiny.train("run")
      let run = tiny.run("run")
      let entries = try SavedState.list(run)
      #expect(entries.map(\.step) == [12, 10, 8, 6])
      // What has left the list has left the folder.
      let files = try FileManager.default.contentsOfDirectory(atPath: run.path).filter { $0.hasSuffix(".safetensors") }
      #expect(Set(files) == Set(entries.map(\.file)))
      let output = folder.appending(path: "averaged")
      try CheckpointAverage(run: run, last: 3).write(to: output)
      let model = try ModelFolder<TranslationDescription>.open(output)
      #expect(model.description.provenance.steps == 12 && model.description.provenance.scores.isEmpty)
      let parts = try entries.prefix(3).map { try SafetensorsFile(contentsOf: run.appending(path: $0.file)) }
      let found = try SafetensorsFile(contentsOf: model.weights)
      for name in found.names {
        let values = try parts.map { try $0.floats(name) }
        let expected = values[0].indices.map { index in values.reduce(Float(0)) { $0 + $1[index] } / 3 }
        expectClose(try found.floats(name), expected, tolerance: weights == "half" ? 1e-3 : 1e-6, name)
      }
      #expect(found.entries.allSatisfy { ($0.type == .float16) == (weights == "half") })
      let translator = try TranslationModel(model)
      let options = SearchOptions(SearchSection(), target: translator.vocabularies.target.special)
      #expect(try translator.translate(["s1 s2"], options: options).count == 1)
      // Files by name, and all that there are.
      let first = try CheckpointAverage(run: run, named: [run.appending(path: entries[0].file)])
      #expect(first.count == 1)
      #expect(try CheckpointAverage(run: run).count == 4)
    }
  }

  @Test("needs as many as asked for, and whole ones")
  func mistakes() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      expectUnrollError(.noInput, mentions: "not the folder of a run") { try CheckpointAverage(run: folder) }
      try tiny.train("run")
      let run = tiny.run("run")
      expectUnrollError(.badData, mentions: "has kept 2 checkpoints") { try CheckpointAverage(run: run, last: 3) }
      let newest = run.appending(path: try SavedState.list(run)[0].file)
      var bytes = try Data(contentsOf: newest)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: newest)
      expectUnrollError(.badData, mentions: "damaged") { try CheckpointAverage(run: run, last: 2) }
    }
  }
}
