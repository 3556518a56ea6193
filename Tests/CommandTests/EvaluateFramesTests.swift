import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll evaluate frames`. The figures themselves are tested in WorkbenchTests.
struct EvaluateFramesTests {
  /// Two clips, as folders `given` and `true`, with a list that names one of them.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      for name in ["given", "true"] {
        try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      try write("index,seconds,label,probability\n0,0,background,1\n1,0.1,cut,1\n2,0.2,cut,1\n", "given/a.csv", folder)
      try write("### Frame level recognition: ###\npeel cut cut peel\n", "given/b.1", folder)
      try write("background\nbackground\ncut", "true/a.txt", folder)
      try write("peel\npeel\npeel\npeel\n", "true/b.1.txt", folder)
      try write("a.txt\n", "test.bundle", folder)
      try write("0 background\n1 peel\n2 cut\n", "mapping.txt", folder)
      try body(folder)
    }
  }

  @Test func filesInFolders() throws {
    try inFolder { folder in
      let outcome = try runUnroll("evaluate", "frames", "given", "true", folder: folder)
      expectSuccess(outcome)
      // 4 of 7 frames; of the 5 without background 3; both segments, since peel comes first in time.
      #expect(
        outcome.output == """
          frames       7 in 2 clips, 3 labels
          background   background
          accuracy     57.14 % of frames
                       60.00 % without background
                       100.00 % of segments
          edit         66.67
          F1@10,25,50  66.67  66.67  33.33
          precision    75.00 % on average over labels
          recall       66.67 % on average over labels

          """)
    }
  }

  @Test func aListChoosesClips() throws {
    try inFolder { folder in
      let outcome = try runUnroll("evaluate", "frames", "given", "true", "--split", "test.bundle", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines[0] == "frames       3 in 1 clip, 2 labels")
      try write("c.txt\n", "test.bundle", folder)
      expectFailure(
        try runUnroll("evaluate", "frames", "given", "true", "--split", "test.bundle", folder: folder), .badData,
        mentions: "given: there is no file for the clip c; both folders need one")
    }
  }

  @Test func standardInputAndTables() throws {
    try inFolder { folder in
      let outcome = try runShell(
        "unroll evaluate frames - true/a.txt --mapping mapping.txt --per-class --confusion < given/a.csv",
        folder: folder)
      expectSuccess(outcome)
      #expect(
        outcome.lines.suffix(9) == [
          "label           frames predicted precision    recall        F1",
          "background           2         1    100.00     50.00     66.67",
          "peel                 0         0         -         -         -",
          "cut                  1         2     50.00    100.00     66.67",
          "",
          "true \\ predicted\tbackground\tpeel\tcut",
          "background\t1\t0\t1",
          "peel\t0\t0\t0",
          "cut\t0\t0\t1",
        ])
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try inFolder { folder in
      let outcome = try runUnroll(
        "evaluate", "frames", "given", "true", "--background", "peel", "--background", "background", "--json",
        folder: folder)
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "evaluate frames").first)
      #expect(object["clips"] == 2 && object["frames"] == 7)
      #expect(object["background"] == ["background", "peel"])
      #expect(object["edit"] == 50.0)
    }
  }

  @Test func numbersOfFramesMayDifferByThree() throws {
    try inFolder { folder in
      try write("peel\n", "true/b.1.txt", folder)
      let outcome = try runUnroll("evaluate", "frames", "given", "true", folder: folder)
      #expect(outcome.status == 0)
      #expect(outcome.lines[0] == "frames       4 in 2 clips, 3 labels")
      #expect(
        outcome.errors == "unroll: warning: 1 clip with a few labels too many or too few, which were left out\n")
      try write("peel\n", "one.txt", folder)
      try write("peel\npeel\npeel\npeel\npeel\n", "five.txt", folder)
      expectFailure(
        try runUnroll("evaluate", "frames", "one.txt", "five.txt", folder: folder), .badData,
        mentions: "one.txt: has 1 label, and five.txt has 5; label every frame; 3 too many or too few")
    }
  }

  @Test func faults() throws {
    try inFolder { folder in
      func expect(_ kind: UnrollError.Kind, _ message: String, _ arguments: String) throws {
        expectFailure(try runShell("unroll evaluate frames \(arguments)", folder: folder), kind, mentions: message)
      }
      try expect(.usage, "given is a folder, and true/a.txt is not; name two files or two folders", "given true/a.txt")
      try expect(.usage, "no frame has the label 'cutt'; did you mean 'cut'?", "given true --background cutt")
      try expect(.usage, "standard input can be read only once", "- -")
      try expect(.noInput, "none: cannot be opened", "none true/a.txt")
      try write("cut\nslice\ncut\n", "true/a.txt", folder)
      try expect(.badData, "given/a.csv: the label 'slice' is not in the mapping", "given true --mapping mapping.txt")
      try write("cut\ncut\ncut\n", "given/a.txt", folder)
      try expect(.badData, "given: a.csv and a.txt are of the same clip; remove one of them", "given true")
    }
  }
}
