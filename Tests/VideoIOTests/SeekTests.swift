import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Frames of a range of time, reached by seeking, are those of an uninterrupted reading.
struct SeekTests {
  static let clips: [(String, String)] = [
    ("long.mp4", "-c:v libx264 -bf 3 -g 250"), ("long.ts", "-c:v libx264 -bf 3 -g 250"),
    ("short.mp4", "-c:v libx264 -bf 3 -g 10"), ("short.ts", "-c:v libx264 -bf 3 -g 10"),
    ("open.mp4", "-c:v libx264 -bf 3 -g 10 -x264-params open-gop=1:scenecut=0"),
    ("open.ts", "-c:v libx264 -bf 3 -g 10 -x264-params open-gop=1:scenecut=0"),
    ("open.mkv", "-c:v libx264 -bf 3 -g 10 -x264-params open-gop=1:scenecut=0"),
    ("refresh.mp4", "-c:v libx264 -g 10 -x264-params intra-refresh=1"),
    ("refresh.ts", "-c:v libx264 -g 10 -x264-params intra-refresh=1"),
    ("hevc.mp4", "-c:v libx265 -x265-params log-level=none:keyint=10:open-gop=1:bframes=3"),
    ("hevc.mkv", "-c:v libx265 -x265-params log-level=none:keyint=10:open-gop=1:bframes=3"),
    ("hevc.ts", "-c:v libx265 -x265-params log-level=none:keyint=10:open-gop=1:bframes=3"),
    ("mpeg2.ts", "-c:v mpeg2video -bf 2 -g 8"), ("mpeg2.mpg", "-c:v mpeg2video -bf 2 -g 8 -f vob"),
    ("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 12 -auto-alt-ref 1 -lag-in-frames 10"),
    ("vp8.webm", "-c:v libvpx -deadline realtime -g 12"),
    ("av1.mkv", "-c:v libaom-av1 -usage realtime -cpu-used 8 -g 12"), ("av1.mp4", "-c:v libsvtav1 -preset 12 -g 12"),
    ("mpeg4.avi", "-c:v mpeg4 -bf 2 -g 10"), ("xvid.avi", "-c:v libxvid -bf 2 -g 10"), ("plain.avi", "-c:v mjpeg"),
    ("h264.flv", "-c:v libx264 -bf 2 -g 10"), ("flv1.flv", "-c:v flv -g 10"),
    ("fragments.mp4", "-c:v libx264 -bf 2 -g 10 -movflags frag_keyframe+empty_moov+default_base_moof"),
    ("moved.mp4", "-c:v libx264 -bf 2 -g 10 -output_ts_offset 3.7"),
    ("variable.mkv", "-vf select='not(mod(n,7))+not(mod(n,3))' -fps_mode vfr -c:v libx264 -g 4 -bf 2"),
    ("only.gif", ""), ("dv.nut", "-c:v mpeg4 -g 10 -bf 2"),
  ]

  @Test(arguments: clips) func rangesEqualFiltering(name: String, coding: String) throws {
    let clip = try Clip.make("seek-\(name)", Clip.picture("96x64", rate: "25", seconds: 2) + coding)
    try checkRanges(clip)
  }

  @Test func rangesEqualFilteringOnSharedVideos() throws {
    for video in try sharedVideos()?.videos ?? [] where video.decodes && !video.name.contains("corrupted") {
      try checkRanges(video.url)
    }
  }

  private func checkRanges(_ url: URL) throws {
    let name = url.lastPathComponent
    let reader = try FrameReader(url)
    let transform = FrameTransform(size: PixelSize(32, 24))
    var all: [Frame] = []
    let iterator = reader.frames(as: transform).makeIterator()
    while let frame = try iterator.next() { all.append(frame) }
    let times = all.map(\.timestamp.microseconds)
    #expect(times == times.sorted(), "\(name)")
    let (first, last) = (times[0], times[times.count - 1])
    let length = last - first
    var ranges: [Range<Int64>] = [
      0.1, 0.33, 0.41, 0.5, 0.62, 0.77, 0.9, 0.99,
    ].map { first + Int64(Double(length) * $0)..<first + Int64(Double(length) * ($0 + 0.1)) + 1 }
    ranges += [last..<last + 1, first..<first + 1, last + 1..<last + 1_000_000, last + 60_000_000..<last + 70_000_000]
    ranges += [first - 10_000_000..<first, times[times.count / 2]..<Int64.max / 2]
    for isStrict in [false, true] {
      let reader = try FrameReader(url, options: .init(isStrict: isStrict))
      for range in isStrict ? Array(ranges.suffix(9)) : ranges {
        let expected = all.filter { range.contains($0.timestamp.microseconds) }
        var got: [Frame] = []
        let span = Duration.microseconds(range.lowerBound)..<Duration.microseconds(range.upperBound)
        let iterator = reader.frames(in: span, as: transform).makeIterator()
        while let frame = try iterator.next() { got.append(frame) }
        let place = "\(name), \(range), strict \(isStrict)"
        #expect(got.map(\.timestamp.ticks) == expected.map(\.timestamp.ticks), "\(place)")
        #expect(got.map(\.index) == Array(got.indices), "\(place)")
        #expect(zip(got, expected).allSatisfy { $0.pixels == $1.pixels }, "\(place): pixels")
        // FFmpeg rounds durations of a frame rate to and fro, beginning where it reads first.
        #expect(zip(got, expected).allSatisfy { abs($0.duration.ticks - $1.duration.ticks) <= 1 }, "\(place)")
        #expect(got.map(\.info.isKeyFrame) == expected.map(\.info.isKeyFrame), "\(place)")
        #expect(reader.report.isClean, "\(place): \(reader.report)")
      }
    }
  }
}
