import Foundation
import TestSupport
import Testing
import VideoIO

/// Times, durations and flags of frames, against ffprobe.
struct TimestampAgreementTests {
  @Test func equalFFprobeOnAllSharedVideos() throws {
    for video in try sharedVideos()?.videos ?? [] where video.decodes {
      let reference = try referenceFrames(video.url)
      for threads in [1, 4] { try compare(video.url, reference, threads: threads) }
    }
  }

  @Test(arguments: [
    ("b-frames.mp4", "-c:v libx264 -bf 3"), ("b-frames.ts", "-c:v libx264 -bf 3"),
    ("b-frames.mkv", "-c:v libx264 -bf 3"),
    ("negative.mp4", "-c:v libx264 -bf 3 -use_editlist 0 -avoid_negative_ts disabled -output_ts_offset -0.5"),
    ("b-frames.avi", "-c:v mpeg4 -bf 2"), ("packed.avi", "-c:v libxvid -bf 2"), ("b-frames.flv", "-c:v libx264 -bf 3"),
    ("mpeg2.ts", "-c:v mpeg2video -bf 2"), ("mpeg2.mpg", "-c:v mpeg2video -bf 2 -r 25"),
    ("ntsc.mp4", "-c:v libx264 -r 30000/1001"), ("interlaced.ts", "-c:v mpeg2video -flags +ildct+ilme -r 25"),
    ("interlaced.mp4", "-c:v libx264 -flags +ildct+ilme -x264-params tff=1"),
    ("variable.mkv", "-vf select='not(mod(n,7))+not(mod(n,3))' -fps_mode vfr -c:v libx264"),
    ("variable.mp4", "-vf select='not(mod(n,7))+not(mod(n,3))' -fps_mode vfr -c:v libx264"),
    ("edited.mp4", "-c:v libx264 -bf 2 -output_ts_offset 0.3"), ("vp9.webm", "-c:v libvpx-vp9 -deadline realtime"),
    ("fragmented.mp4", "-c:v libx264 -movflags frag_keyframe+empty_moov+default_base_moof -g 5"),
  ]) func equalFFprobe(name: String, coding: String) throws {
    let clip = try Clip.make("times-\(name)", Clip.picture("96x64", seconds: 2) + coding)
    try compare(clip, try referenceFrames(clip), threads: 2)
  }

  private func compare(_ url: URL, _ reference: [ReferenceFrame], threads: Int) throws {
    let name = url.lastPathComponent
    #expect(!reference.isEmpty, "\(name)")
    let reader = try FrameReader(url, options: .init(threads: threads))
    let stream = try reader.stream()
    let frames = try infos(reader.frames(as: FrameTransform(size: PixelSize(16, 16))))
    var scanned: [FrameInfo] = []
    try reader.scan { scanned.append($0) }
    #expect(scanned.map(\.withoutDamage) == frames.map(\.withoutDamage), "\(name)")
    #expect(frames.map { $0.isTimestampDerived ? nil : $0.timestamp.ticks } == reference.map(\.ticks), "\(name)")
    #expect(frames.allSatisfy { $0.timestamp.timeBase == stream.timeBase }, "\(name)")
    #expect(frames.map(\.isKeyFrame) == reference.map(\.isKeyFrame), "\(name)")
    #expect(frames.map(\.isInterlaced) == reference.map(\.isInterlaced), "\(name)")
    for (frame, last) in zip(frames.dropFirst(), frames) where frame.isTimestampDerived {
      #expect(frame.timestamp == last.end, "\(name), frame \(frame.index)")
    }
    for (frame, expected) in zip(frames, reference) {
      // Where ffprobe knows no duration, a frame of the frame rate is what is left.
      if expected.duration > 0 { #expect(frame.duration.ticks == expected.duration, "\(name), frame \(frame.index)") }
    }
    #expect(try timeBase(url) == stream.timeBase.description)
  }

  private func timeBase(_ url: URL) throws -> String {
    let arguments = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=time_base"]
    let result = try runProgram("ffprobe", arguments + ["-of", "default=nw=1:nk=1", "file:\(url.path)"])
    // A transport stream is listed twice, within its program and by itself.
    return String(decoding: result.output, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
      ?? ""
  }
}

extension FrameInfo {
  /// Several threads of FFmpeg notice damage sooner or later, by chance.
  fileprivate var withoutDamage: [String] {
    ["\(index) \(timestamp.ticks) \(duration.ticks) \(isKeyFrame) \(isInterlaced) \(isTimestampDerived) \(size)"]
  }
}
