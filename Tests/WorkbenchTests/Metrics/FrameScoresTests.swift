import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Measures of labelled frames against those of the papers' definitions and of scikit-learn.
@Suite struct FrameScoresTests {
  private struct Case: Decodable {
    let labels: Int
    let background: [Int32]
    /// Predicted and true labels of each clip.
    let clips: [[[Int32]]]
    let accuracy: Double
    let front: Double
    let edit: Double
    let f1: [Double]
    let words: Double
    let confusion: [Int]
    let precision: Double
    let recall: Double
    let class_f1: Double
  }

  @Test func equalToTheDefinitions() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixture("frames").data("scores.json"))
    #expect(cases.count > 100)
    for (number, example) in cases.enumerated() {
      var scores = FrameScores(labels: example.labels, background: Set(example.background))
      for clip in example.clips { try scores.add(predicted: clip[0], truth: clip[1]) }
      func expect(_ value: Double, _ expected: Double, _ what: String) {
        expectClose(value, expected, tolerance: 1e-12, "case \(number), \(what)")
      }
      expect(scores.accuracy, example.accuracy, "accuracy")
      expect(scores.accuracyWithoutBackground, example.front, "accuracy without background")
      expect(scores.edit, example.edit, "edit")
      for (percent, f1) in zip(FrameScores.overlaps, example.f1) { expect(scores.f1(at: percent), f1, "F1@\(percent)") }
      expect(scores.segmentAccuracy, example.words, "words")
      expect(scores.confusion.mean(\.precision), example.precision, "precision")
      expect(scores.confusion.mean(\.recall), example.recall, "recall")
      expect(scores.confusion.mean(\.f1), example.class_f1, "class F1")
      #expect((0..<example.labels).flatMap { scores.confusion.row($0) } == example.confusion)
    }
  }

  @Test func ofEquallyFrequentLabelsTheFirstInTimeCounts() throws {
    var scores = FrameScores(labels: 3)
    try scores.add(predicted: [1, 1, 2, 2], truth: [1, 1, 1, 1])
    #expect(scores.segmentAccuracy == 1)
    try scores.add(predicted: [2, 2, 1, 1], truth: [1, 1, 1, 1])
    #expect(scores.segmentAccuracy == 0.5)
  }

  @Test func nothingToFind() throws {
    var scores = FrameScores(labels: 2, background: [0])
    try scores.add(predicted: [0, 0], truth: [0, 0])
    #expect(scores.edit == 100 && scores.f1(at: 50) == 100 && scores.accuracy == 1)
    #expect(scores.accuracyWithoutBackground == 0 && scores.segmentAccuracy == 0)
    try scores.add(predicted: [], truth: [])
    #expect(scores.clips == 1)
  }

  @Test func aFrameWithoutAPredictionIsWrong() throws {
    var scores = FrameScores(labels: 2)
    try scores.add(predicted: [1, -1, 1], truth: [1, 1, 1])
    #expect(scores.frames == 3 && scores.confusion.hits == 2)
    #expect(scores.confusion.classes[1].recall == 2.0 / 3)
  }

  @Test func clipsOfUnequalLength() {
    expectUnrollError(.badData, mentions: "a.txt: 1 frame were labelled, and 2 have a true label") {
      var scores = FrameScores(labels: 2)
      try scores.add(predicted: [1], truth: [1, 0], clip: "a.txt")
    }
  }

  private struct PrecisionCase: Decodable {
    let scores: [Float]
    let positive: [Int]
    let average: Double
    let eleven: Double
  }

  @Test func averagePrecisionIsThatOfScikitLearn() throws {
    let cases = try JSONDecoder().decode([PrecisionCase].self, from: Fixture("frames").data("precision.json"))
    #expect(cases.count == 80)
    for (number, example) in cases.enumerated() {
      for (form, expected) in [(AveragePrecision.nonInterpolated, example.average), (.elevenPoint, example.eleven)] {
        let score = try #require(form.score(example.scores, isPositive: example.positive.map { $0 == 1 }))
        expectClose(score, expected, tolerance: 1e-12, "case \(number), \(form.rawValue)")
      }
    }
  }

  @Test func meanAveragePrecisionLeavesOutWhatNoFrameHas() {
    let scores = FeatureMatrix(frames: 3, dimensions: 3, values: [0.9, 0.1, 0.5, 0.2, 0.8, 0.5, 0.6, 0.7, 0.5])
    // Label 0: ranked first and second, has frames 0 and 2. Label 1: frame 1 only, ranked first. Label 2: nowhere.
    #expect(AveragePrecision.nonInterpolated.mean(scores, labels: [[0], [1], [0]]) == 1)
    let mean = AveragePrecision.nonInterpolated.mean(scores, labels: [[0, 1], [], []])
    expectClose(mean ?? -1, 2.0 / 3, tolerance: 1e-12)
    #expect(AveragePrecision.nonInterpolated.mean(scores, labels: [[], [], []]) == nil)
  }
}
