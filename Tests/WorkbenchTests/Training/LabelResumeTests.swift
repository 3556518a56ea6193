import Foundation
import TestSupport
import Testing
import Workbench

/// A run of labels that was stopped, in the middle of a clip too, ends with the same bits as one that was not.
@Suite("Exact resume of labels")
struct LabelResumeTests {
  static let variants: [[String]] = [
    [], ["model.cell=gru_reset_after", "model.layers=1", "data.cache_megabytes=0"],
    ["model.multi_label=true", "loss={}", "model.bidirectional=false", "model.look_ahead=null"],
    ["model.target=clip", "loss={}", "training.validate_every=3", "augmentation.splice=0"],
    ["training.average_decay=0.8"],
    ["training.accumulate=3", "training.schedule=inverse_sqrt", "training.warmup=4", "training.freeze=[encoder]"],
  ]

  @Test("stopped in the middle of a clip", arguments: variants)
  func stopped(overrides: [String]) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(labelsIn: folder, overrides: overrides)
      #expect(try tiny.train("straight").outcome == .finished)
      #expect(try tiny.train("stopped", stoppingAfter: 5).outcome == .interrupted)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try expectSame(tiny)
    }
  }

  @Test("stopped anywhere, and more than once")
  func often() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(labelsIn: folder)
      try tiny.train("straight")
      let straight = try SavedState(tiny.run("straight"))
      #expect(straight.tensors.keys.contains("carried.cell_l1"))
      for sittings in [[0], [1], [2], [3], [4], [7], [11], [3, 1, 4]] {
        for (index, steps) in sittings.enumerated() {
          #expect(try tiny.train("stopped", resume: index > 0, stoppingAfter: steps).outcome == .interrupted)
        }
        #expect(try tiny.train("stopped", resume: true).outcome == .finished)
        try expectSame(tiny)
        try FileManager.default.removeItem(at: tiny.run("stopped"))
      }
    }
  }

  /// Without it a lost state would not be seen.
  @Test("what a window leaves to the next makes a difference")
  func carried() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(labelsIn: folder, overrides: ["training.validate_every=1"])
      try tiny.train("run", stoppingAfter: 1)
      let state = try SavedState(tiny.run("run"))
      let hidden = try #require(state.tensors["carried.hidden_l0"])
      #expect(hidden.count == 3 * 8 * 4 && hidden.contains { $0 != 0 })
    }
  }

  @Test("test labels are written, a line a frame")
  func testLabels() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(labelsIn: folder)
      let outcome = try tiny.train("run", isQuiet: false)
      let names = try FileManager.default.contentsOfDirectory(atPath: tiny.run("run").appending(path: "test").path)
      #expect(names == ["shapes-000009.txt"])
      func lines(_ file: String) throws -> [Substring] {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n")
      }
      let (found, truth) = (try lines("run/test/shapes-000009.txt"), try lines("groundTruth/shapes-000009.txt"))
      #expect(found.count == truth.count)
      let right = zip(found, truth).count { $0 == $1 }
      let model = try ModelFolder<LabelDescription>.open(tiny.run("run").appending(path: "model"))
      let score = try #require(model.description.provenance.scores.first { $0.name == "test_accuracy" })
      expectClose(score.value, Double(right) / Double(truth.count), tolerance: 1e-4)
      #expect(outcome.notes.contains { $0.hasPrefix("test: ") })
    }
  }

  private func expectSame(_ tiny: TinyRun, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try SavedState(tiny.run("stopped")).expectSame(
      as: SavedState(tiny.run("straight")), sourceLocation: sourceLocation)
  }
}
