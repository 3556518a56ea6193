import Diagnostics
import Foundation
import TestSupport
import Testing

/// `unroll train`: a run that takes a second, and everything that can be wrong with one.
struct TrainTests {
  private static let recipe = """
    task: translate
    name: tiny
    data:
      train: train.tsv
      valid: valid.tsv
      source: {language: digits}
      target: {language: reversed}
      level: char
      batch_size: 8
    model:
      cell: gru
      layers: 1
      hidden_size: 8
      embedding_size: 4
    training:
      epochs: null
      steps: 6
      validate_every: 3
      checkpoint_every: 2
      log_every: 2
      threads: 1
    search:
      beam_size: 2
      max_length: 8

    """

  /// Runs `body` in a folder with `recipe.yaml`, `train.tsv` and `valid.tsv`: digits and their reversal.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let pairs = (0..<40).map { number in
        let digits = String(100 + number * 37 % 900)
        return "\(digits)\t\(String(digits.reversed()))\n"
      }
      try write(pairs.joined(), "train.tsv", folder)
      try write(pairs.prefix(5).joined(), "valid.tsv", folder)
      try write(Self.recipe, "recipe.yaml", folder)
      try body(folder)
    }
  }

  private func weights(_ run: String, _ folder: URL) throws -> Data {
    try Data(contentsOf: folder.appending(path: "\(run)/model/weights.safetensors"))
  }

  @Test func leavesAModelReadyToUse() throws {
    try inFolder { folder in
      let outcome = try runUnroll("train", "recipe.yaml", "--quiet", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "runs/tiny/model\n")
      let translated = try runUnroll(
        "translate", "--quiet", "--model", "runs/tiny/model", input: "123\n\n", folder: folder)
      expectSuccess(translated)
      #expect(translated.lines.count == 2)
      let ofRun = try runUnroll("translate", "--quiet", "--model", "runs/tiny", input: "123\n\n", folder: folder)
      #expect(ofRun.output == translated.output)
      let inspected = try runUnroll("inspect", "runs/tiny/model", folder: folder)
      #expect(inspected.output.contains("translates digits to reversed"))
    }
  }

  @Test func progressGoesToStandardError() throws {
    try inFolder { folder in
      let outcome = try runUnroll("train", "recipe.yaml", folder: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output == "runs/tiny/model\n")
      #expect(outcome.errors.contains("40 training pairs"))
      #expect(!outcome.errors.contains("unroll: "))
    }
  }

  @Test func aRunWithAnotherNameFindsTheSameData() throws {
    let recipe = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "recipes/translate/reverse-digits.yaml")
    try temporaryFolder { folder in
      let outcome = try runUnroll(
        "train", recipe.path, "--set", "model.cell=gru", "--set", "name=reverse-with-gru", "--set", "training.steps=1",
        "--quiet", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "runs/reverse-with-gru/model\n")
    }
  }

  @Test func aSecondRunIsRefused() throws {
    try inFolder { folder in
      _ = try runUnroll("train", "recipe.yaml", "--quiet", folder: folder)
      let before = try weights("runs/tiny", folder)
      let again = try runUnroll("train", "recipe.yaml", "--quiet", folder: folder)
      expectFailure(again, .cannotCreate, mentions: "runs/tiny: there is a run in this folder; ", "--resume", "--run")
      #expect(try weights("runs/tiny", folder) == before)
    }
  }

  @Test func aResumedRunEndsWithTheSameWeights() throws {
    try inFolder { folder in
      _ = try runUnroll("train", "recipe.yaml", "--quiet", "--run", "whole", folder: folder)
      _ = try runUnroll(
        "train", "recipe.yaml", "--quiet", "--run", "parts", "--set", "training.steps=3", folder: folder)
      #expect(try weights("parts", folder) != weights("whole", folder))
      let resumed = try runUnroll("train", "recipe.yaml", "--quiet", "--run", "parts", "--resume", folder: folder)
      expectSuccess(resumed)
      #expect(try weights("parts", folder) == weights("whole", folder))
    }
  }

  @Test func aRunThatGoesOnWithOtherThreadsSaysWhatThatMeans() throws {
    try inFolder { folder in
      _ = try runUnroll("train", "recipe.yaml", "--quiet", "--set", "training.steps=3", folder: folder)
      let resumed = try runUnroll("train", "recipe.yaml", "--quiet", "--resume", "--threads", "2", folder: folder)
      #expect(resumed.status == 0)
      #expect(resumed.errors.contains("warning: the run had 1 thread and now has 2: "))
    }
  }

  @Test func nothingToResume() throws {
    try inFolder { folder in
      let outcome = try runUnroll("train", "recipe.yaml", "--resume", folder: folder)
      expectFailure(outcome, .noInput, mentions: "runs/tiny: there is no run to resume; leave out --resume")
    }
  }

  @Test func theSeedDecidesTheWeights() throws {
    try inFolder { folder in
      for (run, seed) in [("a", "1"), ("b", "1"), ("c", "2")] {
        _ = try runUnroll("train", "recipe.yaml", "--quiet", "--run", run, "--seed", seed, folder: folder)
      }
      #expect(try weights("a", folder) == weights("b", folder))
      #expect(try weights("a", folder) != weights("c", folder))
    }
  }

  /// Starts a run without end, lets it go as far as its first checkpoint, and ends it with a signal.
  private func stop(_ signal: Int32, _ arguments: [String], _ folder: URL) throws -> (process: Process, errors: String)
  {
    let process = Process()
    let errors = folder.appending(path: "errors")
    try Data().write(to: errors)
    process.executableURL = unrollProgram
    process.currentDirectoryURL = folder
    process.arguments = ["train", "recipe.yaml", "--quiet", "--set", "training.steps=1000000"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.start()
    let list = folder.appending(path: "runs/tiny/checkpoints.json").path
    let deadline = Date(timeIntervalSinceNow: 30)
    while !FileManager.default.fileExists(atPath: list), process.isRunning, Date() < deadline { usleep(2000) }
    kill(process.processIdentifier, signal)
    while process.isRunning, Date() < deadline { usleep(2000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return (process, try String(contentsOf: errors, encoding: .utf8))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func anInterruptedRunSavesAndSaysHowToGoOn(_ signal: Int32) throws {
    try inFolder { folder in
      let (process, errors) = try stop(signal, [], folder)
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == UnrollError.Kind.interrupted.exitStatus)
      #expect(errors == "unroll: runs/tiny: stopped and saved; go on with the same command and --resume\n")
      let resumed = try runUnroll(
        "train", "recipe.yaml", "--quiet", "--resume", "--set", "training.steps=1", folder: folder)
      expectSuccess(resumed)
    }
  }

  @Test func aRunThatWasKilledBeforeItsFirstCheckpointCanGoOn() throws {
    try inFolder { folder in
      _ = try stop(SIGKILL, ["--set", "training.checkpoint_every=1000000"], folder)
      let resumed = try runUnroll("train", "recipe.yaml", "--quiet", "--resume", folder: folder)
      expectSuccess(resumed)
      _ = try runUnroll("train", "recipe.yaml", "--quiet", "--run", "whole", folder: folder)
      #expect(try weights("runs/tiny", folder) == weights("whole", folder))
    }
  }

  // MARK: Mistakes

  @Test func aMissingRecipe() throws {
    try temporaryFolder { folder in
      expectFailure(try runUnroll("train", "none.yaml", folder: folder), .noInput, mentions: "none.yaml: ")
    }
  }

  @Test func anUnknownKey() throws {
    try inFolder { folder in
      try write(Self.recipe.replacing("hidden_size", with: "hiden_size"), "recipe.yaml", folder)
      expectFailure(
        try runUnroll("train", "recipe.yaml", folder: folder), .badData,
        mentions: "recipe.yaml:13: model.hiden_size: unknown key; did you mean hidden_size?")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "runs").path))
    }
  }

  @Test func anUnknownKeyOnTheCommandLine() throws {
    try inFolder { folder in
      let outcome = try runUnroll("train", "recipe.yaml", "--set", "model.cel=gru", folder: folder)
      expectFailure(outcome, .usage, mentions: "--set model.cel=gru: ", "did you mean cell?")
    }
  }

  @Test func missingData() throws {
    try inFolder { folder in
      try FileManager.default.removeItem(at: folder.appending(path: "valid.tsv"))
      expectFailure(
        try runUnroll("train", "recipe.yaml", folder: folder), .noInput, mentions: "valid.tsv: no such file", "--source"
      )
      expectFailure(
        try runUnroll("train", "recipe.yaml", "--source", "none", folder: folder), .noInput,
        mentions: "none/train.tsv: no such file; check --source")
    }
  }

  @Test func aLineThatIsNotUTF8() throws {
    try inFolder { folder in
      let file = folder.appending(path: "train.tsv")
      var text = try Data(contentsOf: file)
      text.append(contentsOf: [0x31, 0x09, 0xFF, 0x0A])
      try text.write(to: file)
      expectFailure(
        try runUnroll("train", "recipe.yaml", folder: folder), .badData,
        mentions: "train.tsv:41: this line is not valid UTF-8; ")
      let skipping = try runUnroll("train", "recipe.yaml", "--set", "data.skip_bad_lines=true", folder: folder)
      #expect(skipping.status == 0)
      #expect(skipping.errors.hasPrefix("unroll: warning: "))
      #expect(skipping.errors.contains("train.tsv: skipped 1 bad line\n"))
    }
  }

  @Test func filesOfUnequalLength() throws {
    try inFolder { folder in
      try write("1\n2\n3\n", "a.txt", folder)
      try write("1\n2\n", "b.txt", folder)
      let outcome = try runUnroll(
        "train", "recipe.yaml", "--set", "data.train={source: a.txt, target: b.txt}", folder: folder)
      expectFailure(outcome, .badData, mentions: "a.txt has 3 lines and ", "b.txt has 2; ")
    }
  }

  @Test func anUnwritableFolder() throws {
    try inFolder { folder in
      let outcome = try runUnroll("train", "recipe.yaml", "--run", "train.tsv/run", folder: folder)
      expectFailure(outcome, .cannotCreate, mentions: "train.tsv/run: ")
    }
  }

  @Test func noSpaceWhileSaving() throws {
    try inFolder { folder in
      // Blocks of 512 bytes: the recipe and the vocabularies fit, a checkpoint does not.
      let outcome = try runShell("ulimit -f 8; unroll train recipe.yaml --quiet", folder: folder)
      expectFailure(outcome, .inputOutput, mentions: "runs/tiny/", "file too large; raise the file size limit")
    }
  }

  @Test func aClosedStandardErrorIsNoReasonToStop() throws {
    try inFolder { folder in
      let outcome = try runShell("unroll train recipe.yaml 2>&-; echo $?; wc -l < runs/tiny/log.jsonl", folder: folder)
      #expect(outcome.output.contains("runs/tiny/model\n0\n"))
      let full = try runShell("unroll train recipe.yaml --run runs/full 2>/dev/full; echo $?", folder: folder)
      #expect(full.output == "runs/full/model\n0\n")
      // Nothing that was meant for standard error landed in a file.
      let log = try String(contentsOf: folder.appending(path: "runs/tiny/log.jsonl"), encoding: .utf8)
      #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    }
  }

  @Test func theListOfCheckpointsNamesNothingElse() throws {
    try inFolder { folder in
      expectSuccess(try runUnroll("train", "recipe.yaml", "--quiet", folder: folder))
      let victim = try write("precious", "runs/victim.txt", folder)
      let list = folder.appending(path: "runs/tiny/checkpoints.json")
      let entry = #"[{"file":"../victim.txt","step":7,"bytes":1,"sha256":"0"},"#
      let text = try String(contentsOf: list, encoding: .utf8)
      try write(entry + text.dropFirst(), "runs/tiny/checkpoints.json", folder)
      let outcome = try runUnroll(
        "train", "recipe.yaml", "--quiet", "--resume", "--set", "training.steps=99", folder: folder)
      expectFailure(outcome, .badData, mentions: "checkpoints.json: \"../victim.txt\" is no name of a checkpoint")
      #expect(FileManager.default.fileExists(atPath: victim.path))
    }
  }

  @Test func leftoversOfAKilledTrainingAreCleared() throws {
    try inFolder { folder in
      expectSuccess(try runUnroll("train", "recipe.yaml", "--quiet", folder: folder))
      let run = folder.appending(path: "runs/tiny")
      try write("half", "runs/tiny/.unroll-1-a.partial", folder)
      // Killed between the two renames that replace the model.
      try FileManager.default.moveItem(at: run.appending(path: "model"), to: run.appending(path: ".model-1.old"))
      expectSuccess(try runUnroll("train", "recipe.yaml", "--quiet", "--resume", folder: folder))
      let names = try FileManager.default.contentsOfDirectory(atPath: run.path)
      #expect(names.contains("model") && !names.contains { $0.hasPrefix(".model-") || $0.hasPrefix(".unroll-") })
    }
  }

  @Test func anEndedRunThatLostItsModelIsAnError() throws {
    try inFolder { folder in
      expectSuccess(try runUnroll("train", "recipe.yaml", "--quiet", folder: folder))
      try FileManager.default.removeItem(at: folder.appending(path: "runs/tiny/model"))
      let outcome = try runUnroll("train", "recipe.yaml", "--quiet", "--resume", folder: folder)
      expectFailure(outcome, .noInput, mentions: "runs/tiny/model: no such model folder")
    }
  }
}
