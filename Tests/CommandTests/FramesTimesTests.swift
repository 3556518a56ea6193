import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll frames times`.
struct FramesTimesTests {
  private func rows(_ frames: some Sequence<(seconds: String, isKey: Bool)>) -> [String] {
    frames.enumerated().map { "\($0)\t\($1.seconds)\t\($1.isKey ? "key" : "-")" }
  }

  @Test func everyTimeIsThatOfFFprobe() throws {
    guard let (folder, videos) = try sharedVideos() else { return }
    for video in videos where video.frames > 0 {
      let outcome = try runUnroll("frames", "times", "--quiet", "--", video.name, folder: folder)
      expectSuccess(outcome)
      let frames = try ffprobeFrames(video.name, in: folder)
      #expect(outcome.lines.count == video.frames && frames.count == video.frames, "\(video.name)")
      for (row, frame) in zip(outcome.lines, rows(frames)) where !frame.contains("N/A") {
        #expect(row == frame, "\(video.name)")
      }
    }
  }

  @Test func rangesAreHalfOpen() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      let all = try ffprobeFrames("clip.mp4", in: folder)
      func times(_ options: String...) throws -> [String] {
        let outcome = try runShell("unroll frames times clip.mp4 \(options.joined(separator: " "))", folder: folder)
        expectSuccess(outcome)
        return outcome.lines
      }
      #expect(try times("--from 0.3 --to 0.6") == rows(all[3..<6]))
      #expect(try times("--from 0.300001 --to 0.600001") == rows(all[4...6]))
      #expect(try times("--from 0:00:00.3 --to 0:0.6") == rows(all[3..<6]))
      #expect(try times("--to .2") == rows(all[..<2]))
      #expect(try times("--from -1 --to 0.1") == rows(all[..<1]))
      #expect(try times("--from 0.9") == rows(all[9...]))
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", "\(testPicture) -video_track_timescale 90000", in: folder)
      let outcome = try runUnroll("frames", "times", "clip.mp4", "--json", folder: folder)
      expectSuccess(outcome)
      let objects = try expectDocumentedKeys(outcome, "frames times")
      #expect(objects.map { $0["index"] } == (0..<10).map { .integer($0) })
      #expect(objects.map { $0["ticks"] } == (0..<10).map { .integer(9000 * $0) })
      #expect(objects[3]["seconds"] == 0.3 && objects[3]["time_base"] == "1/90000" && objects[3]["duration"] == 0.1)
      #expect(objects.map { $0["key"] } == (0..<10).map { .boolean($0 % 5 == 0) })
      #expect(objects.allSatisfy { $0["derived"] == false && $0["damaged"] == false })
    }
  }

  @Test func standardInput() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.ts", testPicture, in: folder)
      let outcome = try runShell("cat clip.ts | unroll frames times - --from 1.5", folder: folder)
      expectSuccess(outcome)
      let frames = try ffprobeFrames("clip.ts", in: folder).filter { (Double($0.seconds) ?? 0) >= 1.5 }
      #expect(outcome.lines == rows(frames) && !frames.isEmpty)
    }
  }

  @Test func nobodyReadsOn() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      let outcome = try runShell(
        "{ unroll frames times clip.mp4; echo \"status $?\" >&2; } | head -1", folder: folder)
      #expect(outcome.errors == "status 0\n" && outcome.lines == ["0\t0.000000\tkey"])
    }
  }

  @Test func interruptedAtAnIdlePipe() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.ts", testPicture, in: folder)
      let outcome = try runShell(
        "{ cat clip.ts; sleep 3; } | timeout --preserve-status -s INT 1 unroll frames times -", folder: folder)
      #expect(outcome.status == UnrollError.Kind.interrupted.exitStatus)
      #expect(outcome.errors == "")
    }
  }

  @Test func mistakes() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      func times(_ options: String) throws -> Outcome {
        try runShell("unroll frames times clip.mp4 \(options)", folder: folder)
      }
      expectFailure(try times("--from 5"), .usage, mentions: "clip.mp4: there are no frames in this range of time; ")
      expectFailure(try times("--from 2 --to 2"), .usage, mentions: "the time of --to is not later than that of --from")
      for time in ["soon", "1:60", "1:60:00", "1:2:3:4", "1e3", "", "0x10", "1::2", "1:-2", "--json", "9999999999"] {
        expectFailure(try times("--from '\(time)'"), .usage, mentions: "'\(time)' is invalid for '--from <time>'")
      }
      expectFailure(try times("more.mp4"), .usage, mentions: "unexpected argument 'more.mp4'")
      expectFailure(
        try runUnroll("frames", "times", "none.mp4", folder: folder), .noInput, mentions: "none.mp4: cannot open")
    }
  }

  @Test func damageStopsAStrictReading() throws {
    guard let (folder, _) = try sharedVideos() else { return }
    let file = "decord__tests__test_data__corrupted.mp4"
    let outcome = try runUnroll("frames", "times", file, "--strict", folder: folder)
    #expect(outcome.status == UnrollError.Kind.badData.exitStatus)
    #expect(outcome.errors.hasPrefix("unroll: \(file): the video is damaged: "))
    let lenient = try runUnroll("frames", "times", file, folder: folder)
    #expect(lenient.status == 0 && lenient.lines.count == 49)
    #expect(lenient.errors.hasPrefix("unroll: warning: \(file): ") && lenient.errors.contains("1 lost packet"))
  }
}
