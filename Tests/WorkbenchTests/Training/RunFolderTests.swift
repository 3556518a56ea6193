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
      // A run that ended before its first checkpoint: there is nothing to go on from, and nothing to lose.
      let run = tiny.run("run")
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
      for name in ["recipe.yaml", "log.jsonl", "source.vocab"] {
        try Data("old".utf8).write(to: run.appending(path: name))
      }
      expectUnrollError(.noInput, mentions: "first checkpoint", "leave out --resume") {
        try tiny.train("run", resume: true)
      }
      #expect(try tiny.train("run", stoppingAfter: 2).outcome == .interrupted)
      #expect(try !String(contentsOf: run.appending(path: "log.jsonl"), encoding: .utf8).contains("old"))
      // Save for a model that it has written already.
      try FileManager.default.removeItem(at: run.appending(path: "checkpoints.json"))
      try FileManager.default.createDirectory(at: run.appending(path: "model"), withIntermediateDirectories: true)
      expectUnrollError(.cannotCreate, mentions: "has a model", "remove the folder") { try tiny.train("run") }
    }
  }

  @Test("what the weights come from cannot change in mid-run")
  func otherRecipe() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 2)
      for (key, before, now) in [
        ("model.hidden_size", "8", "10"), ("data.batch_size", "4", "5"), ("training.learning_rate", "0.01", "0.02"),
        ("training.seed", "5", "6"), ("training.adam.beta1", "0.9", "0.8"),
        ("data.columns", "[source, target]", "[target, source]"),
      ] {
        tiny.overrides = ["\(key)=\(now)", "training.steps=20"]
        expectUnrollError(.badData, mentions: "run/recipe.yaml: \(key) is \(before) in this run and \(now) now") {
          try tiny.train("run", resume: true)
        }
      }
      #expect(try SavedState.list(tiny.run("run")).first?.step == 2)
    }
  }

  @Test("how long a run lasts and what it reports can change, and its recipe then says so")
  func changedRecipe() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 2)
      tiny.overrides = [
        "training.steps=9", "training.epochs=50", "training.patience=40", "training.log_every=3",
        "training.checkpoint_every=5", "training.validate_every=2", "training.weights=half", "search.beam_size=2",
        "name=other",
      ]
      #expect(try tiny.train("run", resume: true).outcome == .finished)
      let recipe = try TranslationRecipe.read(from: tiny.run("run").appending(path: "recipe.yaml"))
      #expect(recipe.training.steps == 9 && recipe.search.beamSize == 2 && recipe.training.weights == .half)
    }
  }

  @Test("one training at a time")
  func locked() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 2)
      let holder = try RunFolder(tiny.run("run"), resume: true)
      withExtendedLifetime(holder) {
        for resume in [true, false] {
          expectUnrollError(.cannotCreate, mentions: "a training is going on in this folder", "--run") {
            try tiny.train("run", resume: resume)
          }
        }
      }
    }
  }

  /// The last validation comes after the last checkpoint, on it, or at the end of a pass.
  @Test(
    "a run that has ended is left alone",
    arguments: ["training.validate_every=5", "training.validate_every=4", "training.steps=14"])
  func ended(override: String) throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder, overrides: [override, "data.test=valid.tsv"])
      let first = try tiny.train("run", isQuiet: false).notes
      #expect(first.contains { $0.hasPrefix("test BLEU ") })
      let run = tiny.run("run")
      let state = try SavedState(run)
      let card = try Data(contentsOf: run.appending(path: "model/model.yaml"))
      let (outcome, notes) = try tiny.train("run", resume: true, isQuiet: false)
      #expect(outcome == .finished)
      #expect(notes.last == "this run has ended; its model is \(run.appending(path: "model").relativePath)")
      #expect(!notes.contains { $0.hasPrefix("test BLEU ") || $0.hasPrefix("resuming") })
      try SavedState(run).expectSame(as: state)
      #expect(try Data(contentsOf: run.appending(path: "model/model.yaml")) == card)
      tiny.overrides.append("training.steps=16")
      #expect(try tiny.train("run", resume: true).outcome == .finished)
      #expect(try SavedState(run).progress.step == 16)
      let files = try FileManager.default.contentsOfDirectory(atPath: run.path).filter { $0.hasPrefix("checkpoint-") }
      #expect(Set(files) == Set(try SavedState.list(run).map(\.file)))
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
