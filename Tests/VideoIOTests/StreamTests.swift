import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Which stream is read, and streams that change or jump.
struct StreamTests {
  private static let small = FrameTransform(size: PixelSize(16, 16))

  @Test func oneOfTwoVideoStreamsIsChosen() throws {
    let clip = try Clip.make(
      "two.mkv",
      Clip.picture("64x48", rate: "10", seconds: 1) + Clip.picture("96x64", rate: "5", seconds: 1)
        + "-f lavfi -i sine=duration=1 -map 2:a -map 0:v -map 1:v -c:v libx264 -c:a flac")
    #expect(try FrameReader(clip).stream().index == 1)
    for (stream, size, count) in [(1, PixelSize(64, 48), 10), (2, PixelSize(96, 64), 5)] {
      let reader = try FrameReader(clip, options: .init(stream: stream))
      #expect(try reader.stream().size == size)
      #expect(try infos(reader.frames(as: Self.small)).count == count)
    }
    expectUnrollError(.usage, mentions: "stream 0 is no video stream", "1, 2") {
      try FrameReader(clip, options: .init(stream: 0))
    }
    expectUnrollError(.usage, mentions: "stream 7") { try FrameReader(clip, options: .init(stream: 7)) }
    expectUnrollError(.usage, mentions: "stream -1") { try FrameReader(clip, options: .init(stream: -1)) }
  }

  @Test func coverPicturesAreNoVideos() throws {
    let cover = try Clip.make("cover.png", Clip.picture("32x32", rate: "1") + "-frames:v 1")
    let video = try Clip.make("covered-plain.mp4", Clip.picture("64x48", rate: "10") + "-c:v libx264")
    let covered = try Clip.make(
      "covered.mp4",
      "-i \(cover.path) -i \(video.path) -map 0:v -map 1:v -c copy -disposition:v:0 attached_pic -disposition:v:1 default"
    )
    #expect(try infos(FrameReader(covered).frames(as: Self.small)).count == 10)
    let song = try Clip.make(
      "song.mp3",
      "-f lavfi -i sine=duration=1 -i \(cover.path) -map 0:a -map 1:v -c:v copy -c:a libmp3lame -id3v2_version 3")
    expectUnrollError(.badData, mentions: "song.mp3", "holds a cover picture and no video", "stream 1") {
      try FrameReader(song)
    }
    #expect(try infos(FrameReader(song, options: .init(stream: 1)).frames()).count == 1)
  }

  @Test func timesThatJumpAreFFprobes() throws {
    let early = try Clip.make("jump-1.ts", Clip.picture("64x48", rate: "10") + "-c:v libx264 -bf 2")
    let late = try Clip.make(
      "jump-2.ts", Clip.picture("64x48", rate: "10") + "-output_ts_offset 100 -c:v libx264 -bf 2")
    for (name, parts) in [("jump-forth.ts", [early, late]), ("jump-back.ts", [late, early])] {
      let clip = try Clip.make(name) { place in
        try parts.reduce(into: Data()) { $0 += try Data(contentsOf: $1) }.write(to: place)
      }
      let frames = try infos(FrameReader(clip).frames(as: Self.small))
      #expect(frames.map(\.timestamp.ticks) == (try referenceFrames(clip)).map { $0.ticks ?? -1 })
      #expect(frames.count == 20)
    }
  }

  @Test func theFrameSizeMayChange() throws {
    let parts = try ["96x64", "128x48"].map {
      try Clip.make("change-\($0).ts", Clip.picture($0, rate: "10") + "-c:v libx264 -bf 0 -pix_fmt yuv420p")
    }
    let clip = try Clip.make("change.ts") { place in
      try parts.reduce(into: Data()) { $0 += try Data(contentsOf: $1) }.write(to: place)
    }
    let frames = try infos(FrameReader(clip).frames())
    #expect(frames.map(\.size) == (try referenceFrames(clip)).map(\.size))
    #expect(Set(frames.map(\.size)) == [PixelSize(96, 64), PixelSize(128, 48)])
    let expected = try referencePixels(clip, filters: ["scale=40:40:flags=bilinear,format=rgb24"])
    let got = try packedPixels(FrameReader(clip).frames(as: FrameTransform(size: PixelSize(40, 40))))
    #expect(difference(got, expected[0]) == nil)
  }

  @Test func rawStreamsGetDerivedTimes() throws {
    for (name, coding) in [
      ("raw.h264", "-c:v libx264 -bf 2"), ("raw.hevc", "-c:v libx265 -x265-params log-level=none"),
    ] {
      let clip = try Clip.make(name, Clip.picture("64x48", rate: "25") + coding)
      let reference = try referenceFrames(clip)
      let frames = try infos(FrameReader(clip).frames(as: Self.small))
      #expect(frames.count == reference.count && frames.count == 25, "\(name)")
      #expect(frames.map(\.isTimestampDerived) == reference.map { $0.ticks == nil }, "\(name)")
      #expect(frames.map(\.timestamp.microseconds) == (0..<25).map { $0 * 40_000 }, "\(name)")
    }
  }

  @Test func interlacedFramesAreFlagged() throws {
    let clip = try Clip.make(
      "rows.mp4", Clip.picture("96x64", rate: "10") + "-flags +ildct+ilme -x264-params tff=1 -c:v libx264")
    #expect(try infos(FrameReader(clip).frames()).allSatisfy(\.isInterlaced))
    let whole = try Clip.make("whole.mp4", Clip.picture("96x64", rate: "10") + "-c:v libx264")
    #expect(try infos(FrameReader(whole).frames()).allSatisfy { !$0.isInterlaced })
  }

  @Test func editListsCutFrames() throws {
    let whole = try Clip.make(
      "edit-whole.mp4", Clip.picture("64x48", rate: "25", seconds: 2) + "-c:v libx264 -g 25 -bf 2")
    // Copied from within a group of pictures: frames before the cut are there, and an edit list hides them.
    let clip = try Clip.make("edit.mp4", "-ss 0.6 -i \(whole.path) -c copy")
    let frames = try infos(FrameReader(clip).frames(as: Self.small))
    #expect(frames.map(\.timestamp.ticks) == (try referenceFrames(clip)).map { $0.ticks ?? -1 })
    let got = try packedPixels(FrameReader(clip).frames(as: Self.small))
    let expected = try referencePixels(clip, filters: ["scale=16:16:flags=bilinear,format=rgb24"])
    #expect(difference(got, expected[0]) == nil)
  }
}
