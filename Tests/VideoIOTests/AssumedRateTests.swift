import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Streams whose frames have no times: what FFmpeg assumes, and what it is told instead.
struct AssumedRateTests {
  private static func clip(_ name: String, _ coding: String) throws -> URL {
    try Clip.make("assumed-\(name)", Clip.picture("64x48", rate: "15", seconds: 1) + coding)
  }

  private func seconds(_ clip: URL, _ rate: Double?) throws -> (times: [String], assumed: Double?) {
    let reader = try FrameReader(clip, options: FrameReader.Options(rate: rate))
    let times = try infos(reader.frames()).map { "\($0.timestamp)" }
    return (times, reader.report.assumedRate)
  }

  private func ffprobe(_ clip: URL, _ options: [String]) throws -> [String] {
    let result = try runProgram(
      "ffprobe",
      ["-v", "error"] + options
        + ["-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0", clip.path])
    return String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test(arguments: [("clip.mjpeg", "-c:v mjpeg"), ("clip.obu", "-c:v libaom-av1 -cpu-used 8")])
  func aRateGivesTimesToAStreamWithoutAny(name: String, coding: String) throws {
    let clip = try Self.clip(name, coding)
    let assumed = try seconds(clip, nil)
    #expect(assumed.times.count == 15 && assumed.assumed == 25)
    #expect(try assumed.times == ffprobe(clip, []))
    for (rate, text) in [(15, "15"), (30000.0 / 1001, "30000/1001"), (29.97, "29.97")] {
      let told = try seconds(clip, rate)
      #expect(told.assumed == nil)
      let expected = try ffprobe(clip, ["-framerate", text])
      #expect(told.times.count == expected.count)
      // A tick may lie in the middle between two microseconds.
      #expect(
        zip(told.times, expected).allSatisfy { abs((Double($0.0) ?? -1) - (Double($0.1) ?? -2)) < 1.5e-6 }, "\(text)")
    }
  }

  @Test func aPictureIsAssumedToBeAFrame() throws {
    #expect(try seconds(Self.clip("clip.png", "-frames:v 1"), nil).times == ["0.000000"])
  }

  /// FFmpeg goes by what such a stream says, whatever rate it is told.
  @Test(arguments: [
    ("clip.h264", "-c:v libx264 -bf 0"), ("clip.hevc", "-c:v libx265 -x265-params log-level=none"),
    ("clip.m4v", "-c:v mpeg4 -f m4v"),
  ])
  func aRawStreamMaySayItsRate(name: String, coding: String) throws {
    let clip = try Self.clip(name, coding)
    let expected = (0..<15).map { Double($0) / 15 }
    for rate in [nil, 15.0] {
      let found = try seconds(clip, rate)
      #expect(found.assumed == nil)
      #expect(found.times.count == 15)
      #expect(zip(found.times, expected).allSatisfy { abs((Double($0.0) ?? -1) - $0.1) < 1e-5 }, "\(found.times)")
    }
    expectUnrollError(.usage, mentions: name, "times of their own", "--input-rate") { try seconds(clip, 10) }
  }

  @Test func aFileWithTimesTakesNoRate() throws {
    let clip = try Self.clip("clip.mp4", "-c:v libx264")
    #expect(try seconds(clip, nil).assumed == nil)
    expectUnrollError(.usage, mentions: "clip.mp4: frames have times of their own") { try seconds(clip, 15) }
    for rate in [0, -1, Double.nan, .infinity, 1e9] {
      expectUnrollError(.usage, mentions: "is no frame rate") { try seconds(clip, rate) }
    }
  }
}
