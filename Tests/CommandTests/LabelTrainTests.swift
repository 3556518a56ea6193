import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll train` with a recipe of labels: a few seconds from generated clips to labels.
struct LabelTrainTests {
  private static let recipe = """
    task: label
    name: tiny
    data: {background: [none], batch_size: 4}
    frames: {size: 32x32, color: gray, differences: true, normalization: signed}
    model: {channels: [4, 6], projection_size: 8, hidden_size: 8, layers: 1, window: 12, look_ahead: 4}
    training:
      optimizer: adamw
      schedule: one_cycle
      epochs: null
      steps: 8
      validate_every: 4
      checkpoint_every: 3
      keep_best: accuracy

    """

  /// Runs `body` in a folder with `recipe.yaml` and the shapes of `data`.
  private func inFolder(_ recipe: String = recipe, _ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 8, frames: 24...30, splits: [74, 13, 13])
      let data = folder.appending(path: "data")
      #expect(try ShapeDataSet(settings, in: data).generate(threads: 2, progress: { _ in }, stop: { false }))
      try write(recipe, "recipe.yaml", folder)
      try body(folder)
    }
  }

  private func weights(_ run: String, _ folder: URL) throws -> Data {
    try Data(contentsOf: folder.appending(path: "\(run)/model/weights.safetensors"))
  }

  @Test func leavesAModelReadyToUse() throws {
    try inFolder { folder in
      let start = Date()
      let outcome = try runUnroll("train", "recipe.yaml", "--source", "data", "--quiet", folder: folder)
      expectSuccess(outcome)
      #expect(Date().timeIntervalSince(start) < 10)
      #expect(outcome.output == "runs/tiny/model\n")
      let labelled = try runUnroll(
        "label", "data/clips/shapes-000007.mp4", "--model", "runs/tiny", "--format", "mstcn", folder: folder)
      expectSuccess(labelled)
      // The labels of the test clip that the run left are those that the command gives.
      let left = try String(contentsOf: folder.appending(path: "runs/tiny/test/shapes-000007.txt"), encoding: .utf8)
      #expect(labelled.output == left)
      let scores = try runUnroll("evaluate", "frames", "runs/tiny/test", "data/groundTruth", folder: folder)
      expectSuccess(scores)
    }
  }

  /// Interrupted in the middle, with as many threads as given.
  @Test(arguments: ["1", "2"])
  func aResumedRunEndsWithTheSameWeights(threads: String) throws {
    try inFolder { folder in
      func train(_ run: String, _ options: String...) throws -> Outcome {
        try runShell(
          "unroll train recipe.yaml --source data --quiet --threads \(threads) --run \(run) "
            + options.joined(separator: " "), folder: folder)
      }
      expectSuccess(try train("whole"))
      // The schedule is that of the whole run: it is stopped by a signal, as soon as its first checkpoint is there.
      _ = try runShell(
        """
        unroll train recipe.yaml --source data --quiet --threads \(threads) --run parts & pid=$!
        n=0; while [ ! -e parts/checkpoints.json ] && [ $n -lt 3000 ]; do sleep 0.005; n=$((n+1)); done
        kill -INT $pid; wait $pid
        """, folder: folder)
      expectSuccess(try train("parts", "--resume"))
      #expect(try weights("parts", folder) == weights("whole", folder))
    }
  }

  @Test func scoresOfTheTrainingClipsAreCalledSo() throws {
    let table = "video,start,end,label\ndata/clips/shapes-000000.mp4,0,1,early\ndata/clips/shapes-000000.mp4,1,9,late\n"
    func recipe(_ options: String) -> String {
      """
      task: label
      name: one
      data: {format: spans, train: spans.csv\(options)}
      frames: {size: 32x32}
      model: {channels: [4, 6], hidden_size: 8}
      training: {epochs: null, steps: 2, validate_every: 1}

      """
    }
    try inFolder(recipe(", hold_out: 0")) { folder in
      try write(table, "spans.csv", folder)
      let outcome = try runUnroll("train", "recipe.yaml", "--source", ".", folder: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("no clips held out (scores are of the training clips)"), "\(outcome.errors)")
      #expect(outcome.errors.contains("step 1, of the training clips: accuracy "), "\(outcome.errors)")
      #expect(!outcome.errors.contains("validation clip"))
    }
    try inFolder(recipe("")) { folder in
      try write(table, "spans.csv", folder)
      expectFailure(
        try runUnroll("train", "recipe.yaml", "--source", ".", "--quiet", folder: folder), .badData,
        mentions: "there is no validation clip", "data.hold_out to 0")
    }
  }

  @Test func mistakesInTheDataAreSaidBeforeARunBegins() throws {
    try inFolder { folder in
      try write("none\nnone\n", "data/groundTruth/shapes-000001.txt", folder)
      let outcome = try runUnroll("train", "recipe.yaml", "--source", "data", folder: folder)
      #expect(outcome.status == UnrollError.Kind.badData.exitStatus)
      #expect(outcome.errors.contains("shapes-000001"))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "runs").path))
    }
    try inFolder(Self.recipe.replacing("look_ahead", with: "lookahead")) { folder in
      expectFailure(
        try runUnroll("train", "recipe.yaml", "--source", "data", folder: folder), .badData,
        mentions: "recipe.yaml:5: model.lookahead: unknown key; did you mean look_ahead?")
    }
    try inFolder { folder in
      expectFailure(
        try runUnroll("train", "recipe.yaml", "--source", "none", folder: folder), .noInput,
        mentions: "none/mapping.txt")
    }
  }
}
