import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll label` with a small model of random weights.
struct LabelTests {
  /// Runs `body` in a folder with the model `model` and the video `clip.mp4`: 10 frames of 96×64, 10 a second.
  private func inFolder(_ overrides: [String] = [], _ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      try TinyLabelModel.write(overrides, to: folder.appending(path: "model"))
      try makeVideo("clip.mp4", testPicture, in: folder)
      try body(folder)
    }
  }

  private func rows(_ outcome: Outcome) -> [[String]] {
    outcome.lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test func aRowAFrame() throws {
    try inFolder { folder in
      let outcome = try runUnroll("label", "clip.mp4", "--model", "model", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.first == "index,seconds,label,probability")
      let rows = rows(outcome)
      #expect(rows.map(\.first) == (0..<10).map(String.init))
      #expect(rows.map { $0[1] } == (0..<10).map { "0.\($0)00000" })
      #expect(rows.allSatisfy { TinyLabelModel.labels.contains($0[2]) })
      #expect(Set(rows.map { $0[2] }).count > 1)
      #expect(rows.allSatisfy { 0.25...1 ~= Double($0[3]) ?? 0 })
    }
  }

  @Test func everyFormSaysTheSame() throws {
    try inFolder { folder in
      let table = rows(try runUnroll("label", "clip.mp4", "--model", "model", folder: folder))
      let labels = table.map { $0[2] }
      let list = try runUnroll("label", "clip.mp4", "--model", "model", "--format", "mstcn", folder: folder)
      expectSuccess(list)
      #expect(list.lines == labels)
      let objects = try runUnroll("label", "clip.mp4", "--model", "model", "--json", folder: folder)
      expectSuccess(objects)
      for (line, row) in zip(objects.lines, table) {
        let object = try JSONReader.read(Array(line.utf8))
        #expect(object["index"] == .integer(try #require(Int(row[0]))))
        #expect(object["label"] == .string(row[2]))
        for (key, text) in [("seconds", row[1]), ("probability", row[3])] {
          #expect(object[key] == .number(try #require(Double(text))))
        }
      }
      #expect(objects.lines.count == table.count)
      // Segments of what is not background, from the frame at which they begin to the one at which they do not go on.
      var segments: [(label: String, start: Int, end: Int)] = []
      for (frame, label) in labels.enumerated() {
        if frame > 0, labels[frame - 1] == label {
          segments[segments.count - 1].end = frame + 1
        } else {
          segments.append((label, frame, frame + 1))
        }
      }
      segments.removeAll { $0.label == "none" }
      func time(_ frame: Int, _ comma: String) -> String { "00:00:0\(frame / 10)\(comma)\(frame % 10)00" }
      for (form, comma) in [("vtt", "."), ("srt", ",")] {
        let subtitles = try runUnroll("label", "clip.mp4", "--model", "model", "--format", form, folder: folder)
        expectSuccess(subtitles)
        let cues = subtitles.output.components(separatedBy: "\n\n").filter { $0.contains("-->") }
        #expect(cues.count == segments.count)
        for (cue, segment) in zip(cues, segments) {
          #expect(cue.contains("\(time(segment.start, comma)) --> \(time(segment.end, comma))\n\(segment.label)"))
        }
        #expect((subtitles.lines.first == "WEBVTT") == (form == "vtt"))
      }
    }
  }

  @Test func aStreamOfPicturesGetsWhatAFileGets() throws {
    try inFolder { folder in
      try makeVideo("clip.mjpeg", "-i clip.mp4 -c:v mjpeg -q:v 2", in: folder)
      let file = try runUnroll("label", "clip.mjpeg", "--model", "model", "--input-rate", "10", folder: folder)
      expectSuccess(file)
      // The times that the clip had before its frames lost them.
      #expect(rows(file).map { $0[1] } == (0..<10).map { "0.\($0)00000" })
      let stream = try runShell("unroll label - --model model --input-rate 10 < clip.mjpeg", folder: folder)
      expectSuccess(stream)
      #expect(stream.output == file.output)
      let assumed = try runShell("unroll label - --model model < clip.mjpeg", folder: folder)
      #expect(assumed.status == 0)
      #expect(
        assumed.errors == "unroll: warning: standard input: has no times of its own; 25 frames a second are assumed "
          + "(--input-rate)\n")
      #expect(rows(assumed).map { $0[2] } == rows(file).map { $0[2] })
      let piped = try runShell("cat clip.mjpeg | unroll label - --model model --quiet --out labels", folder: folder)
      expectSuccess(piped)
      let table = try String(contentsOf: folder.appending(path: "labels/stdin.csv"), encoding: .utf8)
      #expect(table.split(separator: "\n").count == 11)
    }
  }

  /// Rows come before the stream ends, all but those that wait for frames ahead, and memory does not grow with its length.
  @Test func aLongStreamTakesNoMoreMemoryThanAShortOne() throws {
    try inFolder { folder in
      try makeVideo(
        "part.mjpeg", "-f lavfi -i testsrc2=size=64x64:rate=25:duration=12 -c:v mjpeg -q:v 5", in: folder)
      func peak(_ parts: Int) throws -> Int {
        // 300 frames a part; the model waits for 8 of them, the feed gathers 32, and FFmpeg looks at a megabyte first.
        let outcome = try runShell(
          """
          rm -f pipe; mkfifo pipe; unroll label - --model model < pipe > rows & pid=$!
          exec 9> pipe; i=0; while [ $i -lt \(parts) ]; do cat part.mjpeg >&9; i=$((i+1)); done
          n=0; while [ $n -lt 1500 ] && [ "$(wc -l < rows)" -lt \(300 * parts - 100) ]; do sleep 0.02; n=$((n+1)); done
          wc -l < rows; sed -n 's/VmHWM: *//p' /proc/$pid/status; exec 9>&-; wait $pid; echo $?; wc -l < rows
          """, folder: folder)
        let lines = outcome.lines.map { $0.trimmingCharacters(in: .whitespaces) }
        try #require(lines.count == 4, "\(outcome)")
        let early = try #require(Int(lines[0]))
        #expect(early >= 300 * parts - 100 && early <= 300 * parts)
        #expect(lines[2] == "0" && lines[3] == "\(300 * parts + 1)")
        return try #require(Int(lines[1].split(separator: " ")[0]))
      }
      let (short, long) = (try peak(4), try peak(14))
      #expect(long - short < 3000, "\(short) kB for 1200 frames, \(long) kB for 4200")
    }
  }

  @Test func theVideoWithItsLabelsHasTheSameFrames() throws {
    try inFolder { folder in
      let outcome = try runUnroll(
        "label", "clip.mp4", "--model", "model", "--overlay", "drawn.mp4", "--output", "labels.csv", "--quiet",
        folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "")
      let (before, after) = (try ffprobeFrames("clip.mp4", in: folder), try ffprobeFrames("drawn.mp4", in: folder))
      #expect(after.map(\.seconds) == before.map(\.seconds) && after.count == 10)
      let table = try String(contentsOf: folder.appending(path: "labels.csv"), encoding: .utf8)
      let plain = try runUnroll("label", "clip.mp4", "--model", "model", folder: folder)
      #expect(table == plain.output)
    }
  }

  @Test func severalVideosGoToAFolder() throws {
    try inFolder { folder in
      try makeVideo("other.mkv", "-i clip.mp4 -c copy -t 0.5", in: folder)
      let outcome = try runUnroll(
        "label", "clip.mp4", "other.mkv", "--model", "model", "--format", "vtt", "--out", "a/b", folder: folder)
      expectSuccess(outcome)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "a/b").path)
      #expect(names.sorted() == ["clip.vtt", "other.vtt"])
    }
  }

  @Test func aPictureIsAVideoOfOneFrame() throws {
    try inFolder { folder in
      try makeVideo("one.png", "-i clip.mp4 -frames:v 1", in: folder)
      let outcome = try runUnroll("label", "one.png", "--model", "model", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 2 && outcome.lines[1].hasPrefix("0,0.000000,"))
    }
  }

  @Test func aClipGetsOneLabel() throws {
    try inFolder(["model.target=clip"]) { folder in
      let outcome = try runUnroll("label", "clip.mp4", "--model", "model", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 2)
      let drawn = try runUnroll(
        "label", "clip.mp4", "--model", "model", "--overlay", "drawn.mp4", "--quiet", folder: folder)
      expectSuccess(drawn)
      #expect(try ffprobeFrames("drawn.mp4", in: folder).count == 10)
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try inFolder { folder in
      let outcome = try runUnroll("label", "clip.mp4", "--model", "model", "--json", folder: folder)
      expectSuccess(outcome)
      #expect(try expectDocumentedKeys(outcome, "label").count == 10)
    }
    try inFolder(["model.multi_label=true"]) { folder in
      let outcome = try runUnroll("label", "clip.mp4", "--model", "model", "--json", folder: folder)
      expectSuccess(outcome)
      #expect(try expectDocumentedKeys(outcome, "label", "several labels a frame").count == 10)
    }
  }

  /// The model of a run is called after the run, and a bidirectional one that names no look-ahead has 16.
  @Test func inspectOfTheModelOfARun() throws {
    try temporaryFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "runs/mine"), withIntermediateDirectories: true)
      try TinyLabelModel.write(["model.look_ahead=null"], to: folder.appending(path: "runs/mine/model"))
      try write("task: label\n", "runs/mine/recipe.yaml", folder)
      let outcome = try runUnroll("inspect", "runs/mine/model", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.first == "model       mine, labels the frames of a video")
      #expect(outcome.lines.contains { $0.hasPrefix("network ") && $0.contains(", look_ahead 16, ") })
    }
  }

  @Test func inspectSaysWhatTheModelIs() throws {
    try inFolder { folder in
      let outcome = try runUnroll("inspect", "model", folder: folder)
      expectSuccess(outcome)
      func row(_ name: String) -> String? {
        outcome.lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(12)) }
      }
      #expect(row("model") == "model, labels the frames of a video")
      #expect(
        row("network")?.contains("encoder small") == true && row("network")?.contains("window 5, look_ahead 3") == true)
      #expect(row("network")?.contains("channels [4, 6], pretrained none") == true)
      #expect(row("frames")?.contains("size 32x32") == true)
      #expect(row("labels") == "4 in labels.txt")
      #expect(row("score") == "valid_accuracy 0.5")
      let json = try runUnroll("inspect", "model", "--json", folder: folder)
      expectSuccess(json)
      let object = try #require(try expectDocumentedKeys(json, "inspect", "a model that labels").first)
      #expect(object["task"] == "label" && object["labels"]?["count"] == 4)
    }
  }

  // MARK: Mistakes

  @Test(arguments: [
    ("clip.mp4 clip.mp4 --model model", "Several videos need --out"),
    ("clip.mp4 --beam 5", "unknown option '--beam'"), ("clip.mp4 --overlay o.mp4 --beam 5", "unknown option '--beam'"),
    ("- - --model model --out a", "Standard input can be read only once"),
    ("clip.mp4 --model model --out a --output b", "Give one of --out and --output"),
    ("clip.mp4 --model model --json --format csv", "Give one of --json and --format"),
    ("clip.mp4 --model model --recipe a.yaml", "Give one of --model and --recipe"),
    ("clip.mp4 --model model --source a", "The option --source needs --recipe"),
    ("- --model model --overlay a.mp4", "The option --overlay needs a single file, which is read twice"),
    ("clip.mp4 --model model --format ass", "the value 'ass' is invalid for '--format <form>'"),
    ("--model model", "missing expected argument '<file> ...'"),
    ("clip.mp4 a/clip.mkv --model model --out a", "two videos are called clip"),
    ("clip.mp4 --model model --overlay a.gif", "a.gif"),
    ("'' --model model", "the name of the video is empty"),
    ("clip.mp4 --model model --output ''", "the name of a file to write is empty"),
    ("clip.mp4 --model model --overlay ''", "the name of a file to write is empty"),
    ("clip.mp4 --model model --out ''", "the name of the folder is empty"),
    ("clip.mp4 --model model --input-rate 0", "the value '0' is invalid for '--input-rate <rate>'"),
    ("clip.mp4 --model model --input-rate 15", "clip.mp4: frames have times of their own; leave out the rate"),
  ])
  func wrongUse(_ options: String, _ message: String) throws {
    try inFolder { folder in
      try FileManager.default.createDirectory(at: folder.appending(path: "a"), withIntermediateDirectories: true)
      let outcome = try runShell("unroll label \(options) < /dev/null", folder: folder)
      #expect(outcome.status == UnrollError.Kind.usage.exitStatus, "\(outcome)")
      #expect(outcome.errors.lowercased().contains(message.lowercased()), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  @Test func whatIsMissing() throws {
    try inFolder { folder in
      expectFailure(
        try runUnroll("label", "none.mp4", "--model", "model", folder: folder), .noInput, mentions: "none.mp4: ")
      expectFailure(
        try runUnroll("label", "clip.mp4", "--model", "a/model", folder: folder), .noInput, mentions: "a/model: ")
      expectFailure(
        try runUnroll("label", "clip.mp4", "--recipe", "none.yaml", folder: folder), .noInput, mentions: "none.yaml: ")
    }
  }

  @Test func whatIsNoVideo() throws {
    try inFolder { folder in
      try write("not a video\n", "text.mp4", folder)
      expectFailure(
        try runUnroll("label", "text.mp4", "--model", "model", folder: folder), .badData, mentions: "text.mp4: ")
      let empty = try runShell("unroll label - --model model < /dev/null > rows", folder: folder)
      #expect(empty.status == UnrollError.Kind.badData.exitStatus)
      // A file of results appears when it is complete.
      let broken = try runUnroll("label", "text.mp4", "--model", "model", "--output", "rows.csv", folder: folder)
      #expect(broken.status == UnrollError.Kind.badData.exitStatus)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "rows.csv").path))
    }
  }

  @Test func aModelThatDoesNotFit() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      try TinyModel(folder: folder.appending(path: "translator")).make()
      expectFailure(
        try runUnroll("label", "clip.mp4", "--model", "translator", folder: folder), .badData, mentions: "model.yaml",
        "the task is translate, and label is wanted here")
      try TinyLabelModel.write(
        ["model.encoder=features", "frames=null"], features: 4, to: folder.appending(path: "features"))
      expectFailure(
        try runUnroll("label", "clip.mp4", "--model", "features", folder: folder), .usage, mentions: "features")
    }
  }
}
