import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll prepare check`.
struct PrepareCheckTests {
  /// A video of ten frames, encoded once.
  private static let video = Result {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      return try Data(contentsOf: folder.appending(path: "clip.mp4"))
    }
  }

  /// Writes that video as a clip, with as many empty boxes behind it: the same frames in other bytes.
  private func makeClip(_ name: String, boxes: Int, _ folder: URL) throws {
    let box = Data([0, 0, 0, 8] + Array("free".utf8))
    let video = try Self.video.get() + Data((0..<boxes).flatMap { _ in box })
    try video.write(to: folder.appending(path: "clips/\(name).mp4"))
  }

  /// A folder with clips a, b and c of ten frames, one a split, where nothing is wrong.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      for name in ["clips", "groundTruth", "splits"] {
        try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      try write("0 still\n1 wave\n", "mapping.txt", folder)
      for (boxes, (clip, split)) in [("a", "train"), ("b", "valid"), ("c", "test")].enumerated() {
        try makeClip(clip, boxes: boxes, folder)
        try label(clip, 10, folder)
        try write("\(clip).txt\n", "splits/\(split).bundle", folder)
      }
      try body(folder)
    }
  }

  /// As many labels, of which the first three are still.
  private func label(_ clip: String, _ count: Int, _ folder: URL) throws {
    let labels = (0..<count).map { $0 < 3 ? "still\n" : "wave\n" }.joined()
    try write(labels, "groundTruth/\(clip).txt", folder)
  }

  @Test func nothingIsWrong() throws {
    try inFolder { folder in
      let outcome = try runUnroll("prepare", "check", ".", "--quiet", folder: folder)
      expectSuccess(outcome)
      #expect(
        outcome.output == """
          train  1 clip, 10 frames, 0:01
          valid  1 clip, 10 frames, 0:01
          test   1 clip, 10 frames, 0:01

          label      train    share    valid     test
          still          3   30.0 %        3        3
          wave           7   70.0 %        7        7

          0 errors, 0 warnings

          """)
    }
  }

  /// What was found, each as its severity, its kind and the file's last part.
  private func findings(_ arguments: String, in folder: URL) throws -> Set<String> {
    let outcome = try runShell("unroll prepare check \(arguments) --quiet --json", folder: folder)
    #expect(outcome.errors == "")
    let object = try JSONReader.read(Array((outcome.lines.first ?? "").utf8))
    guard case .array(let findings)? = object["findings"] else { return [] }
    let texts = findings.map { finding in
      [finding["severity"], finding["kind"], finding["file"]].map { value in
        guard case .string(let text)? = value else { return "?" }
        return (text as NSString).lastPathComponent
      }.joined(separator: " ")
    }
    #expect(outcome.status == (texts.contains { $0.hasPrefix("error") } ? UnrollError.Kind.badData.exitStatus : 0))
    return Set(texts)
  }

  @Test func everythingThatCanBeWrongWithClips() throws {
    try inFolder { folder in
      func add(_ clip: String, labels: Int = 10) throws {
        try label(clip, labels, folder)
        let list = folder.appending(path: "splits/train.bundle")
        try Data((String(contentsOf: list, encoding: .utf8) + "\(clip).txt\n").utf8).write(to: list)
      }
      try write("this is no video\n", "clips/text.mp4", folder)
      try add("text")
      try makeVideo(
        "clips/variable.mkv",
        "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1 -vf \"select='not(eq(n,3))'\" -fps_mode vfr",
        in: folder)
      try add("variable", labels: 9)
      let turn = "clips/a.mp4 -c copy"
      #expect(
        try runShell(
          "ffmpeg -v quiet -y -display_rotation 90 -i \(turn) clips/turned.mp4 || "
            + "ffmpeg -v error -y -i \(turn) -metadata:s:v rotate=90 clips/turned.mp4", folder: folder
        ).status == 0)
      try add("turned")
      try FileManager.default.copyItem(
        at: folder.appending(path: "clips/c.mp4"), to: folder.appending(path: "clips/copy.mp4"))
      try add("copy")
      for (clip, labels) in [("few", 5), ("many", 14), ("one_less", 9), ("one_more", 11)] {
        try makeClip(clip, boxes: 0, folder)
        try add(clip, labels: labels)
      }
      try label("unused", 3, folder)
      try write("0 still\n1 wave\n2 jump\n", "mapping.txt", folder)
      #expect(
        try findings(".", in: folder) == [
          "error undecodable text.mp4", "warning variable_rate variable.mkv", "warning rotated turned.mp4",
          "error leak copy.mp4", "error length few.mp4", "error length many.mp4", "warning length one_less.mp4",
          "warning length one_more.mp4", "warning unused groundTruth", "warning unseen jump",
        ])
    }
  }

  @Test func everythingThatCanBeWrongWithLists() throws {
    try inFolder { folder in
      try write("a.txt\nmissing.txt\nc.txt\n", "splits/train.bundle", folder)
      try write("b.txt\nc.txt\n", "splits/valid.bundle", folder)
      try write("still\nwav\n", "groundTruth/b.txt", folder)
      #expect(
        try findings(".", in: folder) == [
          "error list train.bundle", "error list b.txt", "error leak .", "warning leak c",
        ])
      try FileManager.default.removeItem(at: folder.appending(path: "mapping.txt"))
      #expect(try findings(".", in: folder) == ["error list mapping.txt"])
    }
  }

  @Test func manyFindingsOfAKindAreCounted() throws {
    try inFolder { folder in
      try write("a.txt\n" + (0..<25).map { "d\($0).txt\n" }.joined(), "splits/train.bundle", folder)
      let outcome = try runUnroll("prepare", "check", ".", "--quiet", folder: folder)
      #expect(outcome.status == UnrollError.Kind.badData.exitStatus)
      #expect(outcome.lines.count { $0.hasPrefix("error: ") } == 20)
      #expect(outcome.lines.contains("and 5 more of the kind error list"))
      #expect(outcome.lines.last == "25 errors, 0 warnings")
    }
  }

  @Test func spansOfTime() throws {
    try inFolder { folder in
      try write(
        "video,start,end,label,split\nclips/a.mp4,0,0.5,x,train\nclips/a.mp4,0.5,1,y,train\nclips/c.mp4,5,6,x,test\n",
        "spans.csv", folder)
      let beyond = "warning length spans.csv"
      #expect(try findings("spans.csv", in: folder) == ["warning length c.mp4", beyond])
      #expect(try findings("spans.csv --outside nothing", in: folder) == ["warning unseen nothing", beyond])
      // The video ends at 1 s; a frame of it lasts a tenth.
      try write(
        "video,start,end,label\nclips/a.mp4,0,0.5,x\nclips/a.mp4,0.8,1.1,y\nclips/b.mp4,0.4,1.2,x\nclips/b.mp4,2,3,y\n",
        "spans.csv", folder)
      let outcome = try runUnroll("prepare", "check", "spans.csv", "--quiet", folder: folder)
      expectSuccess(outcome)
      let warnings = outcome.lines.filter { $0.hasPrefix("warning: ") }
      #expect(warnings.count == 2)
      for (warning, text) in zip(
        warnings, ["4: the span from 0.400000 to 1.200000 s ends", "5: the span from 2.000000 to 3.000000 s begins"])
      {
        #expect(warning.hasPrefix("warning: spans.csv:\(text) after the end of "))
        #expect(warning.hasSuffix("clips/b.mp4, which is at 1.000000 s; correct the times, or the video"))
      }
      let left = "in no span: 7 frames to learn from, "
      #expect(outcome.lines.contains(left + "left out (--outside gives them a label)"))
      let kept = try runUnroll("prepare", "check", "spans.csv", "--quiet", "--outside", "nothing", folder: folder)
      #expect(kept.lines.contains(left + "labelled nothing"))
      try write("video,start,end,label\nclips/a.mp4,0,0.5,x\nclips/a.mp4,0.4,1,y\n", "spans.csv", folder)
      #expect(
        try findings("spans.csv", in: folder) == [
          "error overlap a.mp4", "warning unseen x", "warning unseen y",
        ])
    }
  }

  @Test func featuresOfOneKind() throws {
    try inFolder { folder in
      try FileManager.default.createDirectory(at: folder.appending(path: "features"), withIntermediateDirectories: true)
      for (name, dimensions, value) in [("a", 2, Float(0)), ("b", 3, 0), ("c", 2, .nan)] {
        let features = FeatureMatrix(
          frames: 10, dimensions: dimensions, values: Array(repeating: value, count: 10 * dimensions))
        try NumpyFile.write(features, to: folder.appending(path: "features/\(name).npy"))
      }
      #expect(try findings(".", in: folder) == ["error features b.npy", "error features c.npy"])
      #expect(try findings(". --content videos", in: folder) == [])
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try inFolder { folder in
      try label("a", 11, folder)
      let outcome = try runUnroll("prepare", "check", ".", "--json", "--quiet", folder: folder)
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "prepare check").first)
      #expect(object["errors"] == 0 && object["warnings"] == 1)
    }
  }

  @Test func thereIsNothing() throws {
    try inFolder { folder in
      expectFailure(
        try runUnroll("prepare", "check", "none", folder: folder), .noInput,
        mentions: "none: there is no such file or folder; check the path")
      expectFailure(
        try runUnroll("prepare", "check", ".", "--content", "sounds", folder: folder), .usage,
        mentions: "sounds")
    }
  }
}
