import Foundation
import TestSupport
import Testing
import Workbench

/// The smoother against a search of all sequences, and the baselines on real scores.
@Suite struct ViterbiSmootherTests {
  @Test(arguments: [(1, 4), (2, 1), (2, 8), (3, 6), (4, 5)])
  func findsTheBestOfAllSequences(_ labels: Int, _ frames: Int) {
    var generator = SystemRandomNumberGenerator()
    for scale: Float in [0.3, 1, 4] {
      let clips = (0..<3).map { _ in (0..<12).map { _ in Int32.random(in: -1..<Int32(labels), using: &generator) } }
      let smoother = ViterbiSmoother(labels: labels, countedOn: clips, scale: scale)
      let values = (0..<frames * labels).map { _ in Float.random(in: -1...1, using: &generator) }
      let scores = FeatureMatrix(frames: frames, dimensions: labels, values: values)
      let path = smoother.labels(scores)
      let all = (0..<Int(pow(Double(labels), Double(frames)))).map { number in
        (0..<frames).map { Int32(number / Int(pow(Double(labels), Double($0))) % labels) }
      }
      let best = all.map { smoother.logProbability(of: $0, scores) }.max() ?? 0
      expectClose(smoother.logProbability(of: path, scores), best, tolerance: 1e-12)
    }
  }

  /// A sequence that goes on is the best of those whose first label is followed by the rest.
  @Test(arguments: [(2, 6), (3, 5)])
  func goesOnFromTheLabelBefore(_ labels: Int, _ frames: Int) {
    var generator = SystemRandomNumberGenerator()
    for last in 0..<Int32(labels) {
      let clips = (0..<3).map { _ in (0..<20).map { _ in Int32.random(in: 0..<Int32(labels), using: &generator) } }
      let smoother = ViterbiSmoother(labels: labels, countedOn: clips, smoothing: 0.1)
      let values = (0..<frames * labels).map { _ in Float.random(in: -1...1, using: &generator) }
      // One frame more, which can only be `last`.
      let certain = (0..<labels).map { $0 == Int(last) ? Float(0) : -1000 }
      let all = smoother.labels(FeatureMatrix(frames: frames + 1, dimensions: labels, values: certain + values))
      let rest = smoother.labels(FeatureMatrix(frames: frames, dimensions: labels, values: values), after: last)
      #expect([last] + rest == all)
    }
  }

  @Test func transitionsAreThoseThatWereCounted() {
    // 0 is followed by 0 twice and by 1 once; each count begins at 1. Clips begin with 0, 1 and 0.
    let smoother = ViterbiSmoother(labels: 2, countedOn: [[0, 0, 0, 1], [1, -1, 0], [0]])
    let scores = FeatureMatrix(frames: 2, dimensions: 2, values: [0, 0, 0, 0])
    expectClose(exp(smoother.logProbability(of: [0, 0], scores)), 3.0 / 5 * 3.0 / 5 / 4, tolerance: 1e-12)
    expectClose(exp(smoother.logProbability(of: [0, 1], scores)), 3.0 / 5 * 2.0 / 5 / 4, tolerance: 1e-12)
    expectClose(exp(smoother.logProbability(of: [1, 1], scores)), 2.0 / 5 * 1.0 / 2 / 4, tolerance: 1e-12)
  }

  @Test func noFrames() {
    #expect(
      ViterbiSmoother(labels: 2, countedOn: []).labels(FeatureMatrix(frames: 0, dimensions: 2, values: [])) == [])
  }

  @Test func baselinesOfFiftySaladsAndGTEA() throws {
    guard let shared = sharedFolder() else { return }
    let folder = try ScoreFolder(shared.appending(path: "data/segmentation-scores"))
    // As measured on 2026-11-25; see docs/decisions.md.
    let expected = [
      "50salads_eval": (69.12, 31.00, 72.89, 56.48), "50salads_mid": (53.72, 23.23, 58.46, 48.67),
      "gtea": (53.01, 39.26, 53.44, 55.62),
    ]
    for dataset in folder.datasets {
      let baselines = try SegmentationBaselines(folder, dataset) { Issue.record("\($0)") }
      let (largest, viterbi) = (baselines.all.largest, baselines.all.viterbi)
      let figures = try #require(expected[dataset])
      expectClose(
        [100 * largest.accuracy, largest.edit, 100 * viterbi.accuracy, viterbi.edit],
        [figures.0, figures.1, figures.2, figures.3], tolerance: 3e-4, dataset)
    }
  }
}
