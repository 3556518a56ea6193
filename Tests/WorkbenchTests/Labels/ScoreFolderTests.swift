import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Features as comma-separated values with a manifest.
@Suite struct ScoreFolderTests {
  private static let manifest = """
    [{"file": "a.csv", "dataset": "d", "fold": 1, "source_id": "01-1", "frames": 2, "dims": 2},
     {"file": "b.csv", "dataset": "d", "fold": 2, "source_id": "02-1", "frames": 1, "dims": 2}]
    """

  private func inFolder(_ body: (LabelFolder) throws -> Void) throws {
    try temporaryFolder { url in
      let folder = LabelFolder(url)
      try folder.write("manifest.json", Self.manifest)
      try folder.write("a.csv", "label,s0,s1\n0,0.5,-1\n1,1e-3,2\n")
      try folder.write("b.csv", "label,s0,s1\r\n1,3,4")
      try body(folder)
    }
  }

  @Test func aFoldIsLeftOut() throws {
    try inFolder { folder in
      let scores = try ScoreFolder(folder.url)
      #expect(scores.datasets == ["d"] && scores.folds(of: "d") == [1, 2])
      let clips = try scores.load("d", testFold: 2) { Issue.record("\($0)") }
      #expect(clips.labels.names == ["0", "1"])
      #expect(
        clips.train == [
          LabelledClip(
            name: "a", content: .features(FeatureMatrix(frames: 2, dimensions: 2, values: [0.5, -1, 1e-3, 2])),
            labels: .perFrame([0, 1]), group: "01")
        ])
      #expect(clips.test.map(\.name) == ["b"])
      #expect(try scores.load("d", testFold: 1) { Issue.record("\($0)") }.train.map(\.name) == ["b"])
    }
  }

  @Test(arguments: [
    ("a.csv", "label,s0\n0,1\n", "a.csv:1: the first line is not 'label' and the names of 2 features"),
    ("a.csv", "label,s0,s1\n0,1\n", "a.csv:2: has 2 columns, not 3"),
    ("a.csv", "label,s0,s1\n2,1,2\n", "a.csv:2: '2' is not a class from 0 to 1"),
    ("a.csv", "label,s0,s1\n0,1,x\n", "a.csv:2: 'x' is not a number"),
    ("a.csv", "label,s0,s1\n0,1,nan\n", "a.csv:2: 'nan' is not a number"),
    ("a.csv", "label,s0,s1\n0,1,1\n", "a.csv: has 1 frame, and the manifest says 2"),
    ("manifest.json", "{}", "manifest.json: is not a list of clips"),
    ("manifest.json", "[", "manifest.json: is not valid JSON"),
    ("manifest.json", "[{\"file\": \"a.csv\"}]", "manifest.json: entry 1 has no file, dataset"),
    ("manifest.json", manifest.replacing("02-1", with: "01-2"), "01 is in train and in test"),
  ])
  func faults(_ file: String, _ text: String, _ message: String) throws {
    try inFolder { folder in
      try folder.write(file, text)
      expectUnrollError(.badData, mentions: message) {
        try ScoreFolder(folder.url).load("d", testFold: 1) { _ in }
      }
    }
  }

  @Test func aWrongChoice() throws {
    try inFolder { folder in
      let scores = try ScoreFolder(folder.url)
      expectUnrollError(.usage, mentions: "there is no data set 'e'; choose one of d") {
        try scores.load("e", testFold: 1) { _ in }
      }
      expectUnrollError(.usage, mentions: "d has no fold 3; choose one of 1, 2") {
        try scores.load("d", testFold: 3) { _ in }
      }
    }
  }

  @Test func thoseOfFiftySaladsAndGTEA() throws {
    guard let shared = sharedFolder() else { return }
    let scores = try ScoreFolder(shared.appending(path: "data/segmentation-scores"))
    #expect(scores.datasets == ["50salads_eval", "50salads_mid", "gtea"])
    for (dataset, labels, folds) in [("50salads_eval", 10, 4), ("50salads_mid", 18, 4), ("gtea", 11, 2)] {
      #expect(scores.folds(of: dataset) == Array(1...folds))
      let clips = try scores.load(dataset, testFold: 1) { Issue.record("\($0)") }
      #expect(clips.labels.count == labels)
      #expect(clips.train.count == (folds - 1) * clips.test.count)
    }
  }
}
