import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll train` with a recipe of captions: a few seconds from generated clips to sentences.
struct CaptionTrainTests {
  private static let recipe = """
    task: caption
    name: tiny
    data: {batch_size: 4}
    frames: {size: 32x32, color: gray, differences: true, normalization: signed}
    model: {channels: [4, 6], projection_size: 8, cell: gru_reset_after, hidden_size: 8, embedding_size: 6}
    training:
      optimizer: adamw
      learning_rate: 0.02
      schedule: one_cycle
      epochs: null
      steps: 12
      validate_every: 4
      checkpoint_every: 3
      keep_best: wer
      weights: half
    search: {beam_size: 3, max_length: 20}

    """

  /// Runs `body` in a folder with `recipe.yaml` and the shapes of `data`, two of them to test on.
  private func inFolder(_ recipe: String = recipe, _ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 8, frames: 24...30, splits: [62, 13, 25])
      let data = folder.appending(path: "data")
      #expect(try ShapeDataSet(settings, in: data).generate(threads: 2, progress: { _ in }, stop: { false }))
      try write(recipe, "recipe.yaml", folder)
      try body(folder)
    }
  }

  @Test func leavesAModelReadyToUse() throws {
    try inFolder { folder in
      let outcome = try runUnroll("train", "recipe.yaml", "--source", "data", "--quiet", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "runs/tiny/model\n")
      let clips = ["shapes-000006", "shapes-000007"]
      let captions = try runShell(
        "unroll caption \(clips.map { "data/clips/\($0).mp4" }.joined(separator: " ")) --json --model runs/tiny > c.jsonl",
        folder: folder)
      expectSuccess(captions)
      // The captions of the test clips that the run left are those that the command gives.
      let left = try JSONReader.read(Array(Data(contentsOf: folder.appending(path: "runs/tiny/test.json"))))
      guard case .array(let results) = left else {
        Issue.record("not a list: \(left)")
        return
      }
      #expect(results.map { $0["image_id"] } == clips.map { .string($0) })
      let found = try String(contentsOf: folder.appending(path: "c.jsonl"), encoding: .utf8).split(separator: "\n")
      #expect(try found.map { try JSONReader.read(Array($0.utf8))["caption"] } == results.map { $0["caption"] })
      // Both are results that can be measured, and measured alike.
      let scores = try ["runs/tiny/test.json", "c.jsonl"].map {
        try runUnroll(
          "evaluate", "captions", $0, "data/sentences.tsv", "--partial", "--json", folder: folder)
      }
      for score in scores { #expect(score.status == 0, "\(score)") }
      #expect(scores[0].output == scores[1].output)
      let wer = try #require(try JSONReader.read(Array(scores[0].output.utf8))["wer"])
      let provenance = try ModelFolder<CaptionDescription>.open(folder.appending(path: "runs/tiny/model"))
        .description.provenance
      let kept = try #require(provenance.scores.first { $0.name == "test_wer" })
      guard case .number(let value) = wer else {
        Issue.record("no rate: \(wer)")
        return
      }
      expectClose(kept.value, value, tolerance: 1e-4)
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
      _ = try runShell(
        """
        unroll train recipe.yaml --source data --quiet --threads \(threads) --run parts & pid=$!
        n=0; while [ ! -e parts/checkpoints.json ] && [ $n -lt 3000 ]; do sleep 0.005; n=$((n+1)); done
        kill -INT $pid; wait $pid
        """, folder: folder)
      expectSuccess(try train("parts", "--resume"))
      let weights = try ["whole", "parts"].map {
        try Data(contentsOf: folder.appending(path: "\($0)/model/weights.safetensors"))
      }
      #expect(weights[0] == weights[1])
    }
  }

  @Test func mistakesInTheDataAreSaidTogetherBeforeARunBegins() throws {
    try inFolder { folder in
      try FileManager.default.removeItem(at: folder.appending(path: "data/clips/shapes-000001.mp4"))
      try write("no video\n", "data/clips/shapes-000006.mp4", folder)
      let outcome = try runUnroll("train", "recipe.yaml", "--source", "data", "--quiet", folder: folder)
      #expect(outcome.status == UnrollError.Kind.badData.exitStatus && outcome.output == "")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 3, "\(outcome.errors)")
      #expect(lines.contains { $0.contains("sentences.tsv:2") && $0.contains("shapes-000001.mp4") })
      #expect(lines.contains { $0.contains("shapes-000006.mp4") })
      #expect(lines.last?.contains("there are 2 problems in the data") == true)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "runs").path))
    }
    try inFolder(Self.recipe.replacing("hidden_size", with: "hiden_size")) { folder in
      expectFailure(
        try runUnroll("train", "recipe.yaml", "--source", "data", folder: folder), .badData,
        mentions: "recipe.yaml:5: model.hiden_size: unknown key; did you mean hidden_size?")
    }
    try inFolder { folder in
      expectFailure(
        try runUnroll("train", "recipe.yaml", "--source", "none", folder: folder), .noInput,
        mentions: "none/sentences.tsv")
    }
  }
}
