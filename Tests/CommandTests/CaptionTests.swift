import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll caption` with a small model of random weights.
struct CaptionTests {
  /// Runs `body` in a folder with the model `model` and the video `clip.mp4`: 10 frames of 96×64, 10 a second.
  private func inFolder(_ overrides: [String] = [], _ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      try TinyCaptionModel.write(overrides, to: folder.appending(path: "model"))
      try makeVideo("clip.mp4", testPicture, in: folder)
      try body(folder)
    }
  }

  private func string(_ object: JSONValue, _ key: String) -> String? {
    if case .string(let text)? = object[key] { text } else { nil }
  }

  @Test func aLineAVideo() throws {
    try inFolder { folder in
      try makeVideo("other.mkv", "-f lavfi -i mandelbrot=size=96x64:rate=10 -t 0.7 -c:v libx264", in: folder)
      let outcome = try runUnroll("caption", "clip.mp4", "other.mkv", "clip.mp4", "--model", "model", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 3 && outcome.lines[0] == outcome.lines[2])
      #expect(outcome.lines.allSatisfy { !$0.contains("\t") })
      let alone = try runUnroll("caption", "other.mkv", "--model", "model", "--threads", "1", folder: folder)
      #expect(alone.lines == [outcome.lines[1]])
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try inFolder { folder in
      try makeVideo("other.mkv", "-i clip.mp4 -c copy -frames:v 5", in: folder)
      let outcome = try runUnroll(
        "caption", "clip.mp4", "other.mkv", "--json", "--n-best", "3", "--model", "model", folder: folder)
      expectSuccess(outcome)
      let objects = try expectDocumentedKeys(outcome, "caption")
      #expect(objects.map { string($0, "file") } == ["clip.mp4", "other.mkv"])
      #expect(objects[0]["start"] == .number(0) && objects[0]["end"] == .number(1))
      #expect(objects[0]["frames"] == 10 && objects[1]["frames"] == 5)
      let text = try runUnroll("caption", "clip.mp4", "other.mkv", "--model", "model", folder: folder)
      #expect(objects.map { string($0, "caption") } == text.lines.map { $0 })
      // Best first, and the same as in rows.
      let rows = try runUnroll("caption", "clip.mp4", "--n-best", "3", "--model", "model", folder: folder)
      expectSuccess(rows)
      let columns = rows.lines.map { $0.components(separatedBy: "\t") }
      #expect(columns.count == 3 && columns.allSatisfy { $0.count == 3 && $0[0] == "clip.mp4" })
      guard case .array(let others)? = objects[0]["alternatives"] else {
        Issue.record("no alternatives: \(objects[0])")
        return
      }
      #expect(columns.map { $0[2] } == ([objects[0]] + others).map { string($0, "caption") })
      #expect(
        columns.map { $0[1] }
          == ([objects[0]] + others).map {
            if case .number(let score)? = $0["score"] { String(format: "%.4f", score) } else { "" }
          })
      #expect(Set(columns.map { $0[2] }).count == 3)
      let plain = try runUnroll("caption", "clip.mp4", "--json", "--model", "model", folder: folder)
      #expect(plain.output.hasSuffix("\"alternatives\":[]}\n"))
    }
  }

  @Test func captionsAreSearchedAsTranslationsAre() throws {
    try inFolder { folder in
      func captions(_ options: String) throws -> [String] {
        let outcome = try runShell("unroll caption clip.mp4 --model model \(options)", folder: folder)
        expectSuccess(outcome)
        return outcome.lines
      }
      let samples = try captions("--sample --seed 3 --n-best 4 --top-k 20")
      #expect(samples.count == 4 && Set(samples).count > 1)
      #expect(try captions("--sample --seed 3 --n-best 4 --top-k 20 --threads 1") == samples)
      #expect(try captions("--sample --seed 4 --n-best 4 --top-k 20") != samples)
      // Each stretch draws its own.
      let stretches = try captions("--sample --every 0.1 --max-length 8").map { $0.components(separatedBy: "\t")[2] }
      #expect(Set(stretches).count > 5)
      let words = try captions("--no-repeat-ngram-size 1 --forbid-unknown --min-length 4")[0]
        .split(separator: " ")
      #expect(words.count >= 4 && Set(words).count == words.count && !words.contains("⁇"))
      #expect(try captions("--max-length 2 --min-length 2")[0].split(separator: " ").count == 2)
    }
  }

  @Test func aCaptionForEachStretch() throws {
    try inFolder { folder in
      let outcome = try runUnroll("caption", "clip.mp4", "--every", "0.4s", "--model", "model", folder: folder)
      expectSuccess(outcome)
      let rows = outcome.lines.map { $0.components(separatedBy: "\t") }
      #expect(
        rows.map { $0.prefix(2) } == [["0.000000", "0.400000"], ["0.400000", "0.800000"], ["0.800000", "1.000000"]])
      #expect(rows.allSatisfy { $0.count == 3 })
      func subtitles(_ form: String) throws -> String {
        let outcome = try runUnroll(
          "caption", "clip.mp4", "--every", "0.4", "--format", form, "--model", "model", folder: folder)
        expectSuccess(outcome)
        return outcome.output
      }
      let texts = rows.map { $0[2] }
      #expect(
        try subtitles("vtt") == """
          WEBVTT

          00:00:00.000 --> 00:00:00.400
          \(texts[0])

          00:00:00.400 --> 00:00:00.800
          \(texts[1])

          00:00:00.800 --> 00:00:01.000
          \(texts[2])


          """)
      #expect(
        try subtitles("srt") == """
          1
          00:00:00,000 --> 00:00:00,400
          \(texts[0])

          2
          00:00:00,400 --> 00:00:00,800
          \(texts[1])

          3
          00:00:00,800 --> 00:00:01,000
          \(texts[2])


          """)
      let objects = try expectDocumentedKeys(
        runUnroll(
          "caption", "clip.mp4", "--every", "0.4", "--format", "jsonl", "--n-best", "2", "--model", "model",
          folder: folder), "caption")
      #expect(objects.map { string($0, "caption") } == texts.map { $0 })
      let wordings = try runUnroll(
        "caption", "clip.mp4", "--every", "0.4", "--n-best", "2", "--model", "model", folder: folder)
      expectSuccess(wordings)
      #expect(wordings.lines.map { $0.components(separatedBy: "\t").count } == [4, 4, 4, 4, 4, 4])
      #expect(wordings.lines[2].hasPrefix("clip.mp4\t0.400000\t"))
    }
  }

  @Test func aPictureIsAVideoOfOneFrame() throws {
    try inFolder { folder in
      try makeVideo("photo.jpg", "-i clip.mp4 -frames:v 1 -update 1", in: folder)
      let outcome = try runUnroll("caption", "photo.jpg", "--json", "--model", "model", folder: folder)
      expectSuccess(outcome)
      #expect(try JSONReader.read(Array(outcome.output.utf8))["frames"] == 1)
    }
  }

  @Test func severalVideosGoToAFolder() throws {
    try inFolder { folder in
      try makeVideo("other.mkv", "-i clip.mp4 -c copy -t 0.5", in: folder)
      let outcome = try runUnroll(
        "caption", "clip.mp4", "other.mkv", "--model", "model", "--format", "vtt", "--out", "a/b", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "a/b").path)
      #expect(names.sorted() == ["clip.vtt", "other.vtt"])
      let file = try runUnroll("caption", "clip.mp4", "--model", "model", "--output", "one.txt", folder: folder)
      expectSuccess(file)
      #expect(file.output == "")
      let text = try String(contentsOf: folder.appending(path: "one.txt"), encoding: .utf8)
      #expect(text == (try runUnroll("caption", "clip.mp4", "--model", "model", folder: folder)).output)
    }
  }

  @Test func aStreamGetsWhatAFileGets() throws {
    try inFolder { folder in
      try makeVideo("clip.mjpeg", "-i clip.mp4 -c:v mjpeg -q:v 2", in: folder)
      for options in ["--input-rate 10", "--input-rate 10 --every 0.2"] {
        let file = try runShell("unroll caption clip.mjpeg --model model \(options)", folder: folder)
        expectSuccess(file)
        let stream = try runShell("cat clip.mjpeg | unroll caption - --model model \(options)", folder: folder)
        expectSuccess(stream)
        #expect(stream.output == file.output)
      }
      let named = try runShell("unroll caption - --json --model model --input-rate 10 < clip.mjpeg", folder: folder)
      #expect(named.output.hasPrefix("{\"file\":\"standard input\""))
    }
  }

  /// Captions come while a stream runs, and memory does not grow with its length: 10 200 frames and a tenth of them.
  @Test func timesThatAreMadeUpAreSaidToBe() throws {
    try inFolder { folder in
      try makeVideo("clip.mjpeg", "-i clip.mp4 -c:v mjpeg -q:v 2", in: folder)
      let assumed = try runShell("unroll caption - --every 0.1 --model model < clip.mjpeg", folder: folder)
      #expect(assumed.status == 0)
      #expect(
        assumed.errors == "unroll: warning: standard input: has no times of its own; 25 frames a second are assumed "
          + "(--input-rate)\n")
      expectSuccess(
        try runShell("unroll caption - --every 0.1 --model model --input-rate 10 < clip.mjpeg", folder: folder))
    }
  }

  @Test func aLongStreamTakesNoMoreMemoryThanAShortOne() throws {
    try inFolder { folder in
      try makeVideo(
        "part.mjpeg", "-f lavfi -i testsrc2=size=64x64:rate=25:duration=12 -c:v mjpeg -q:v 5", in: folder)
      func peak(_ parts: Int) throws -> Int {
        // 12 seconds a part, a caption every 2 seconds; the last but some come before the stream ends.
        let outcome = try runShell(
          """
          rm -f pipe; mkfifo pipe; unroll caption - --every 2s --model model < pipe > rows & pid=$!
          exec 9> pipe; i=0; while [ $i -lt \(parts) ]; do cat part.mjpeg >&9; i=$((i+1)); done
          n=0; while [ $n -lt 1500 ] && [ "$(wc -l < rows)" -lt \(6 * parts - 4) ]; do sleep 0.02; n=$((n+1)); done
          wc -l < rows; sed -n 's/VmHWM: *//p' /proc/$pid/status; exec 9>&-; wait $pid; echo $?; wc -l < rows
          """, folder: folder)
        let lines = outcome.lines.map { $0.trimmingCharacters(in: .whitespaces) }
        try #require(lines.count == 4, "\(outcome)")
        let early = try #require(Int(lines[0]))
        #expect(early >= 6 * parts - 4 && early < 6 * parts, "\(outcome)")
        #expect(lines[2] == "0" && lines[3] == "\(6 * parts)", "\(outcome)")
        return try #require(Int(lines[1].split(separator: " ")[0]))
      }
      let (short, long) = (try peak(4), try peak(34))
      #expect(long - short < 3000, "\(short) kB for 1200 frames, \(long) kB for 10 200")
      // All of it at once is a caption too.
      let whole = try runShell(
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34; "
          + "do cat part.mjpeg; done | unroll caption - --json --model model --input-rate 25", folder: folder)
      expectSuccess(whole)
      #expect(try JSONReader.read(Array(whole.output.utf8))["frames"] == 10_200)
    }
  }

  @Test func damageInTheMiddleIsConcealedAndSaid() throws {
    try inFolder { folder in
      try makeVideo("long.mp4", "-f lavfi -i testsrc2=size=96x64:rate=10:duration=6 -c:v libx264 -g 5", in: folder)
      let file = folder.appending(path: "long.mp4")
      var bytes = try Data(contentsOf: file)
      // The data box begins the file; its middle is in the middle of the video.
      let middle = bytes.count / 2
      for index in middle..<middle + bytes.count / 8 { bytes[index] = UInt8(truncatingIfNeeded: index &* 73) }
      try bytes.write(to: file)
      let outcome = try runUnroll("caption", "long.mp4", "--every", "1", "--model", "model", folder: folder)
      #expect(outcome.status == 0 && outcome.errors.hasPrefix("unroll: warning: long.mp4: "), "\(outcome)")
      #expect((5...6).contains(outcome.lines.count))
      let quiet = try runUnroll("caption", "long.mp4", "--quiet", "--model", "model", folder: folder)
      expectSuccess(quiet)
      let strict = try runUnroll("caption", "long.mp4", "--strict", "--model", "model", folder: folder)
      expectFailure(strict, .badData, mentions: "long.mp4: ")
    }
  }

  @Test func inspectSaysWhatTheModelIs() throws {
    try inFolder { folder in
      let outcome = try runUnroll("inspect", "model", folder: folder)
      expectSuccess(outcome)
      func row(_ name: String) -> String? {
        outcome.lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(12)) }
      }
      #expect(row("model") == "model, says in en what happens in a video")
      #expect(row("network")?.contains("reader recurrent, cell lstm, layers 1, hidden_size 6") == true)
      #expect(row("frames")?.contains("size 32x32") == true)
      #expect(row("target")?.hasPrefix("en, 15 pieces of level word in target.vocab") == true, "\(row("target") ?? "")")
      #expect(row("score") == "valid_wer 0.5")
      let json = try runUnroll("inspect", "model", "--json", folder: folder)
      expectSuccess(json)
      let object = try #require(try expectDocumentedKeys(json, "inspect", "a model that writes captions").first)
      #expect(object["task"] == "caption" && object["model"]?["reader"] == "recurrent")
    }
  }

  // MARK: Mistakes

  @Test(arguments: [
    ("- - --model model", "Standard input can be read only once"),
    ("clip.mp4 --model model --out a --output b", "Give one of --out and --output"),
    ("clip.mp4 --model model --json --format vtt", "Give one of --json and --format"),
    ("clip.mp4 --model model --every 0", "--every must be above 0"),
    ("clip.mp4 --model model --every fast", "'fast' is invalid for '--every <time>'"),
    ("clip.mp4 clip.mp4 --model model --format srt", "Subtitles of several videos need --out"),
    ("clip.mp4 --format srt --beam 5", "unknown option '--beam'"),
    ("clip.mp4 --model model --format vtt --n-best 2", "Subtitles have one wording"),
    ("clip.mp4 --model model --format csv", "the value 'csv' is invalid for '--format <form>'"),
    ("clip.mp4 --model model --n-best 0", "0 wordings of each caption, from a beam of 3"),
    ("clip.mp4 --model model --n-best 4 --beam-size 2", "4 wordings of each caption, from a beam of 2"),
    ("clip.mp4 --model model --beam-size 0", "the beam size is 0"),
    ("clip.mp4 --model model --top-p 0.5", "--top-p needs --sample"),
    ("clip.mp4 --model model --sample --top-k=-2", "top_k: -2 is out of range"),
    ("--model model", "missing expected argument '<file> ...'"),
    ("clip.mp4 a/clip.mkv --model model --out a", "two videos are called clip"),
    ("clip.mp4 --model model --output clip.mp4", "would replace clip.mp4"),
    ("clip.mp4 --model model --output a/../clip.mp4", "would replace clip.mp4"),
  ])
  func wrongUse(_ options: String, _ message: String) throws {
    try inFolder { folder in
      try FileManager.default.createDirectory(at: folder.appending(path: "a"), withIntermediateDirectories: true)
      let before = try Data(contentsOf: folder.appending(path: "clip.mp4"))
      let outcome = try runShell("unroll caption \(options) < /dev/null", folder: folder)
      #expect(outcome.status == UnrollError.Kind.usage.exitStatus, "\(outcome)")
      #expect(outcome.errors.lowercased().contains(message.lowercased()), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(try Data(contentsOf: folder.appending(path: "clip.mp4")) == before)
    }
  }

  @Test func whatIsMissing() throws {
    try inFolder { folder in
      expectFailure(
        try runUnroll("caption", "none.mp4", "--model", "model", folder: folder), .noInput, mentions: "none.mp4: ")
      expectFailure(
        try runUnroll("caption", "clip.mp4", "--model", "a/model", folder: folder), .noInput, mentions: "a/model: ")
    }
  }

  @Test func whatIsNoVideo() throws {
    try inFolder { folder in
      try write("not a video\n", "text.mp4", folder)
      try makeVideo("sound.wav", "-f lavfi -i sine=duration=0.1", in: folder)
      for file in ["text.mp4", "sound.wav"] {
        for options in [["--json"], ["--format", "vtt"], ["--every", "1"]] {
          let outcome = try runShell(
            "unroll caption \(file) --model model \(options.joined(separator: " "))", folder: folder)
          expectFailure(outcome, .badData, mentions: "\(file): ")
        }
      }
      let empty = try runShell("unroll caption - --model model < /dev/null", folder: folder)
      #expect(empty.status == UnrollError.Kind.badData.exitStatus && empty.output == "")
      // A file of results appears when it is complete.
      let broken = try runUnroll(
        "caption", "clip.mp4", "text.mp4", "--model", "model", "--output", "rows.txt", folder: folder)
      #expect(broken.status == UnrollError.Kind.badData.exitStatus)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "rows.txt").path))
    }
  }

  @Test func aModelThatDoesNotFit() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      try TinyLabelModel.write(to: folder.appending(path: "labeler"))
      expectFailure(
        try runUnroll("caption", "clip.mp4", "--model", "labeler", folder: folder), .badData, mentions: "model.yaml",
        "the task is label, and caption is wanted here")
      try TinyCaptionModel.write(
        ["model.encoder=features", "frames=null"], features: 4, to: folder.appending(path: "features"))
      expectFailure(
        try runUnroll("caption", "clip.mp4", "--model", "features", folder: folder), .usage, mentions: "features")
    }
  }

  @Test func framesThatTheModelCannotBeCutFrom() throws {
    try inFolder(["frames.crop=200x200+0+0"]) { folder in
      expectFailure(
        try runUnroll("caption", "clip.mp4", "--model", "model", folder: folder), .badData,
        mentions: "clip.mp4: the crop 200x200+0+0 does not lie in the frame of 96x64 pixels, as the model wants it")
    }
  }

  @Test func enormousSizesAreFoundOutBeforeMemoryIsTaken() throws {
    try inFolder { folder in
      let yaml = folder.appending(path: "model/model.yaml")
      let text = try String(contentsOf: yaml, encoding: .utf8)
      for (old, new) in [("hidden_size: 6", "hidden_size: 60000"), ("32x32", "16384x16384")] {
        #expect(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: yaml)
        let outcome = try runShell("ulimit -v 6000000; unroll caption clip.mp4 --model model", folder: folder)
        expectFailure(outcome, .badData, mentions: "model/weights.safetensors: tensor '", "needs [")
      }
    }
  }
}
