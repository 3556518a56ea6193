import Foundation
import TestSupport
import Testing
import VideoIO

/// The times of written videos, as ffprobe reads them.
struct WrittenTimesTests {
  private static let size = PixelSize(32, 16)

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var encoder: String
    var timeBase: TimeBase
    var ticks: [Int64]
    /// Of the last frame.
    var duration: Int64

    var testDescription: String { "\(name) \(encoder) \(timeBase) \(ticks.prefix(3))…" }
  }

  static let cases: [Case] = {
    let (thirtieth, ntsc, film) = (TimeBase(1, 30), TimeBase(1001, 30000), TimeBase(1001, 24000))
    let variable: [Int64] = [0, 1, 2, 5, 6, 20, 21, 22, 100]
    let many = (0..<70).map { Int64($0) }
    return [
      Case(name: "a.mp4", encoder: "libx264", timeBase: thirtieth, ticks: many, duration: 1),
      Case(name: "a.mp4", encoder: "libx264", timeBase: ntsc, ticks: many, duration: 1),
      Case(name: "a.m4v", encoder: "libx264", timeBase: TimeBase(2, 50), ticks: [0, 1, 2], duration: 1),
      Case(name: "a.MOV", encoder: "libx264", timeBase: film, ticks: variable.map { $0 + 7 }, duration: 11),
      Case(
        name: "a.mp4", encoder: "libx264", timeBase: TimeBase(1, 90000), ticks: variable.map { $0 * 1777 + 1 },
        duration: 5),
      Case(name: "a.mp4", encoder: "libx264", timeBase: thirtieth, ticks: [1_000_000, 1_000_001], duration: 90),
      Case(
        name: "a.mp4", encoder: "libx264", timeBase: TimeBase(1, 1_000_000), ticks: [333_333, 333_334, 1_666_667],
        duration: 1),
      Case(name: "a.mp4", encoder: "libx264", timeBase: TimeBase(1, .max), ticks: [1, 2, 2_000_000_000], duration: 3),
      Case(name: "a.mp4", encoder: "libx264", timeBase: TimeBase(60, 1), ticks: [0, 2, 3], duration: 1),
      Case(name: "a.mp4", encoder: "libx264", timeBase: thirtieth, ticks: [0], duration: 45),
      Case(name: "a.mp4", encoder: "libx264", timeBase: thirtieth, ticks: [13], duration: 1),
      Case(name: "a.mp4", encoder: "mpeg4", timeBase: thirtieth, ticks: variable.map { $0 + 3 }, duration: 4),
      Case(
        name: "a.mov", encoder: "mjpeg", timeBase: TimeBase(1, 90000), ticks: variable.map { $0 * 1777 + 1 },
        duration: 5),
      Case(name: "a.mkv", encoder: "libx264", timeBase: TimeBase(1, 25), ticks: variable.map { $0 + 2 }, duration: 3),
      Case(
        name: "a.mkv", encoder: "libx264", timeBase: TimeBase(1, 1000), ticks: [17, 50, 1000, 3_600_000], duration: 7),
      Case(name: "a.mkv", encoder: "mpeg4", timeBase: TimeBase(1, 1000), ticks: variable.map { $0 + 2 }, duration: 3),
      Case(name: "a.mkv", encoder: "mjpeg", timeBase: TimeBase(1, 25), ticks: variable, duration: 3),
      Case(name: "a.avi", encoder: "libx264", timeBase: ntsc, ticks: many, duration: 1),
      Case(name: "a.avi", encoder: "mpeg4", timeBase: TimeBase(1, 25), ticks: many, duration: 1),
      Case(name: "a.avi", encoder: "mjpeg", timeBase: thirtieth, ticks: [0, 1, 2], duration: 1),
    ]
  }()

  @Test(arguments: cases) func areThoseThatWereGiven(_ example: Case) throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: example.name)
      let writer = try FrameWriter(
        url, size: Self.size, timeBase: example.timeBase, options: FrameWriter.Options(encoder: example.encoder))
      let times = example.ticks.map { Timestamp(ticks: $0, timeBase: example.timeBase) }
      let duration = Timestamp(ticks: example.duration, timeBase: example.timeBase)
      for (index, time) in times.enumerated() {
        let pixels = TestPicture.smooth(Self.size, index: index)
        try writer.append(pixels, at: time, duration: index == times.count - 1 ? duration : nil)
      }
      try writer.finish()
      #expect(writer.frameCount == times.count)

      let base = try writtenTimeBase(url)
      let frames = try referenceFrames(url)
      #expect(frames.map { $0.ticks.map { Timestamp(ticks: $0, timeBase: base) } } == times)
      let read = try infos(FrameReader(url).frames())
      #expect(read.map(\.timestamp) == times)
      try expectDurations(example, times, frames, base, url)
    }
  }

  /// Until the next frame each, and the last one as long as was said.
  private func expectDurations(
    _ example: Case, _ times: [Timestamp], _ frames: [ReferenceFrame], _ base: TimeBase, _ url: URL
  ) throws {
    let (first, last) = (example.ticks[0], example.ticks[example.ticks.count - 1])
    let end = Timestamp(ticks: last + example.duration, timeBase: example.timeBase)
    let stream = try WrittenStream(url)
    if example.name.hasSuffix("mkv") {
      #expect(stream["duration"] == end.description)
      return
    }
    let ends = frames.map { Timestamp(ticks: ($0.ticks ?? 0) + $0.duration, timeBase: base) }
    #expect(ends.dropLast() == times.dropFirst())
    // FFmpeg 5.1 takes the time before the first frame off the last one; the file itself has it right.
    if first == 0 { #expect(ends.last == end) }
    let length = Timestamp(ticks: last + example.duration - first, timeBase: example.timeBase)
    #expect(Int64(stream["duration_ts"]).map { Timestamp(ticks: $0, timeBase: base) } == length)
  }

  @Test func constantRateNeedsNoTimes() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "a.mp4")
      let writer = try FrameWriter(url, size: Self.size, timeBase: TimeBase(1001, 30000))
      for index in 0..<5 { try writer.append(TestPicture.smooth(Self.size, index: index)) }
      try writer.append(
        TestPicture.smooth(Self.size), at: Timestamp(ticks: 14, timeBase: TimeBase(1001, 60000)))
      try writer.append(TestPicture.smooth(Self.size))
      try writer.finish()
      let base = try writtenTimeBase(url)
      let times = try referenceFrames(url).map { $0.ticks.map { Timestamp(ticks: $0, timeBase: base) } }
      #expect(times == [0, 1, 2, 3, 4, 7, 8].map { Timestamp(ticks: $0, timeBase: TimeBase(1001, 30000)) })
    }
  }

  @Test func theLastFrameLastsAsLongAsTheOneBefore() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "a.mp4")
      let writer = try FrameWriter(url, size: Self.size, timeBase: TimeBase(1, 10000))
      for tick in [0, 300, 700] as [Int64] {
        let nothing = Timestamp(ticks: 0, timeBase: TimeBase(1, 7))
        let time = Timestamp(ticks: tick, timeBase: TimeBase(1, 10000))
        try writer.append(TestPicture.smooth(Self.size), at: time, duration: nothing)
      }
      try writer.finish()
      #expect(try referenceFrames(url).map(\.duration) == [300, 400, 400])
    }
  }

  @Test func aTimeMayBeInAnyTimeBaseThatFits() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "a.mkv")
      let writer = try FrameWriter(url, size: Self.size, timeBase: TimeBase(1, 25))
      let times = [(0, 1, 90000), (3600, 1, 90000), (1, 2, 25), (81, 1, 1000)]
        .map { Timestamp(ticks: Int64($0.0), timeBase: TimeBase(Int32($0.1), Int32($0.2))) }
      for time in times { try writer.append(TestPicture.smooth(Self.size), at: time) }
      try writer.finish()
      #expect(try referenceFrames(url).map(\.ticks) == [0, 40, 80, 81])
    }
  }
}
