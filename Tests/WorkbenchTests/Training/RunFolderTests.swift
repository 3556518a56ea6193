import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite("Run folders: refusals and damage")
struct RunFolderTests {
  /// Changes one byte in the middle of a file.
  private func damage(_ file: URL) throws {
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: file)
  }

  @Test("a run that is there is refused without resume")
  func existing() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 2)
      let before = try SavedState.list(tiny.run("run"))
      expectUnrollError(.cannotCreate, mentions: tiny.run("run").path, "--resume") { try tiny.train("run") }
      #expect(try SavedState.list(tiny.run("run")) == before)
    }
  }

  @Test("there must be something to resume")
  func nothing() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      expectUnrollError(.noInput, mentions: "no run to resume") { try tiny.train("run", resume: true) }
      // A run that ended before its first checkpoint: neither refusal may point at the other.
      try FileManager.default.createDirectory(at: tiny.run("run"), withIntermediateDirectories: true)
      try Data().write(to: tiny.run("run").appending(path: "recipe.yaml"))
      expectUnrollError(.noInput, mentions: "first checkpoint", "remove") { try tiny.train("run", resume: true) }
      let refusal = expectUnrollError(.cannotCreate) { try tiny.train("run") }
      #expect(refusal?.advice?.contains("--resume") == false)
    }
  }

  @Test("another data or model section than the run was started with is refused")
  func otherRecipe() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 2)
      tiny.overrides = ["model.hidden_size=10"]
      expectUnrollError(.badData, mentions: "model section") { try tiny.train("run", resume: true) }
      tiny.overrides = ["data.batch_size=5"]
      expectUnrollError(.badData, mentions: "data section") { try tiny.train("run", resume: true) }
    }
  }

  @Test("a damaged newest checkpoint costs some steps and not the run", arguments: [true, false], [7, 12])
  func damagedNewest(isMissing: Bool, steps: Int) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("straight")
      try tiny.train("hurt", stoppingAfter: steps)
      let run = tiny.run("hurt")
      let list = try SavedState.list(run)
      #expect(list.map(\.step) == (steps == 7 ? [7, 4] : [12, 8]))
      let newest = run.appending(path: list[0].file)
      if isMissing { try FileManager.default.removeItem(at: newest) } else { try damage(newest) }
      let (outcome, notes) = try tiny.train("hurt", resume: true)
      #expect(outcome == .finished)
      #expect(notes.count == 1)
      #expect(notes.first?.contains("step \(steps)") == true && notes.first?.contains("warning") == true)
      try SavedState(run).expectSame(as: SavedState(tiny.run("straight")))
      // What is listed is whole, and nothing else is left.
      let listed = try SavedState.list(run)
      for entry in listed {
        #expect(try SHA256.hexDigest(ofFile: run.appending(path: entry.file)) == entry.sha256)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: run.path).filter { $0.hasPrefix("checkpoint-") }
      #expect(Set(files) == Set(listed.map(\.file)))
      #expect(listed.map(\.step) == [12, 8])
    }
  }

  @Test("nothing is lost when training stops again at the step of a damaged checkpoint")
  func damagedTwice() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("straight")
      try tiny.train("hurt", stoppingAfter: 7)
      let run = tiny.run("hurt")
      try damage(run.appending(path: try SavedState.list(run)[0].file))
      // From step 4 to step 7 again.
      #expect(try tiny.train("hurt", resume: true, stoppingAfter: 3).outcome == .interrupted)
      let (outcome, notes) = try tiny.train("hurt", resume: true)
      #expect(outcome == .finished)
      #expect(notes == [])
      try SavedState(run).expectSame(as: SavedState(tiny.run("straight")))
    }
  }

  @Test("without a whole checkpoint the run cannot go on")
  func allDamaged() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 7)
      let run = tiny.run("run")
      for entry in try SavedState.list(run) { try damage(run.appending(path: entry.file)) }
      expectUnrollError(.badData, mentions: "no checkpoint of this run is whole") {
        try tiny.train("run", resume: true)
      }
      try Data("[{]".utf8).write(to: run.appending(path: "checkpoints.json"))
      expectUnrollError(.badData, mentions: "checkpoints.json") { try tiny.train("run", resume: true) }
    }
  }
}
