import Foundation
import TestSupport
import Testing
import Workbench

/// Learning from another network's scores, which vary in training and are smoothed in the end.
@Suite("Training on scores")
struct ScoreTrainingTests {
  private static let recipe = """
    task: label
    name: scores
    data: {format: scores, dataset: d, fold: 1, hold_out: 0, batch_size: 2}
    model:
      encoder: features
      add_scores: true
      layers: 1
      hidden_size: 6
      window: 16
      look_ahead: 4
      decoding: viterbi
      decoding_scale: 0.5
    augmentation: {noise: 0.1, feature_shift: 0.3, feature_gain: 0.3, time_warp: 0.5}
    training: {epochs: null, steps: 14, checkpoint_every: 5, log_every: 2, seed: 3, threads: 1}

    """

  /// Five clips of three labels in runs of five to nine frames, whose scores are right most of the time.
  private func inFolder(_ body: (_ folder: URL, _ train: (String, Bool, Int?) throws -> Void) throws -> Void) throws {
    try temporaryFolder { url in
      let folder = LabelFolder(url)
      let entries = try (0..<5).map { clip in
        let labels = (0..<6).flatMap { [Int](repeating: ($0 + clip) % 3, count: 5 + ($0 * clip) % 5) }
        let rows = labels.enumerated().map { frame, label in
          let scores = (0..<3).map { $0 == (frame % 4 == 3 ? (label + 1) % 3 : label) ? "0.5" : "-1" }
          return "\(label)," + scores.joined(separator: ",") + "\n"
        }
        try folder.write("\(clip).csv", "label,s0,s1,s2\n" + rows.joined())
        return "{\"file\": \"\(clip).csv\", \"dataset\": \"d\", \"fold\": \(clip / 4 + 1), "
          + "\"source_id\": \"\(clip)\", \"frames\": \(rows.count), \"dims\": 3}"
      }
      try folder.write("manifest.json", "[" + entries.joined(separator: ",") + "]")
      try folder.write("scores.yaml", Self.recipe.replacing("fold: 1", with: "fold: 2"))
      try body(url) { run, resume, steps in
        var request = TrainingRequest(recipe: url.appending(path: "scores.yaml"))
        request.source = url
        request.run = url.appending(path: run)
        request.resume = resume
        _ = try trainModel(request, watch: Notes().watch(stoppingAfter: steps))
      }
    }
  }

  @Test("a stopped run goes on to the same bits")
  func resume() throws {
    try inFolder { folder, train in
      try train("straight", false, nil)
      try train("stopped", false, 6)
      try train("stopped", true, nil)
      let runs = ["straight", "stopped"].map { folder.appending(path: $0) }
      try SavedState(runs[1]).expectSame(as: SavedState(runs[0]))
    }
  }

  @Test("with none held out, figures are called by what they are of; the model smooths as it was told")
  func figures() throws {
    try inFolder { folder, train in
      try train("run", false, nil)
      let description = try ModelFolder<LabelDescription>.open(folder.appending(path: "run/model"))
      let names = description.description.provenance.scores.map(\.name)
      #expect(names.contains("train_accuracy") && names.contains("test_accuracy"))
      #expect(!names.contains { $0.hasPrefix("valid_") })
      let smoother = try #require(LabelModel(description).smoother)
      // Counted over the four clips of the other fold, each count beginning at 1.
      let clips = try ScoreFolder(folder).load("d", testFold: 2) { Issue.record("\($0)") }.train
      let labels = clips.compactMap { clip -> [Int32]? in
        if case .perFrame(let ids) = clip.labels { ids } else { nil }
      }
      let counted = ViterbiSmoother(labels: 3, countedOn: labels)
      #expect(labels.count == 4 && smoother.scale == 0.5)
      expectClose(smoother.starts, counted.starts, tolerance: 1e-6)
      expectClose(smoother.transitions, counted.transitions, tolerance: 1e-6)
    }
  }
}
