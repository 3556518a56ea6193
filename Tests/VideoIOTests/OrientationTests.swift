import Foundation
import TestSupport
import Testing
import VideoIO

/// Turned and mirrored videos against what the ffmpeg program makes of them.
struct OrientationTests {
  /// The eight ways in which a picture can lie: a b c d of the display matrix, and the filters that turn it upright.
  static let ways: [(matrix: [Int32], filters: String, degrees: Int, isMirrored: Bool)] = [
    ([1, 0, 0, 1], "null", 0, false), ([-1, 0, 0, -1], "hflip,vflip", 180, false),
    ([0, 1, -1, 0], "transpose=clock", 90, false), ([0, -1, 1, 0], "transpose=cclock", 270, false),
    ([-1, 0, 0, 1], "hflip", 0, true), ([1, 0, 0, -1], "vflip", 180, true),
    ([0, 1, 1, 0], "transpose=cclock_flip", 270, true), ([0, -1, -1, 0], "transpose=clock_flip", 90, true),
  ]

  static let clips: [(String, String)] = [
    ("turn-420.mp4", "-vf crop=96:64:10:20 -pix_fmt yuv420p -c:v libx264"),
    ("turn-odd.mov", "-vf crop=97:63:11:20:exact=1,format=yuv420p -c:v mjpeg -color_range pc -pix_fmt yuvj420p"),
    ("turn-10.mp4", "-vf crop=96:64:10:20 -pix_fmt yuv420p10le -c:v libx264"),
    ("turn-444.mp4", "-vf crop=97:63:11:20:exact=1,format=yuv444p -c:v libx264"),
    // libswscale looks at the pixel beyond the end of an odd row of RGB, which means nothing: an even one here.
    ("turn-rgb.mov", "-vf crop=98:63:11:20:exact=1,format=rgb24 -c:v png"),
    ("turn-gray.mp4", "-vf crop=97:63:11:20:exact=1,format=gray -c:v libx264"),
  ]

  @Test(arguments: clips) func eightWaysEqualFFmpeg(name: String, coding: String) throws {
    try temporaryFolder { folder in
      let clip = try Clip.make(name, Clip.picture("128x96", rate: "2") + coding)
      for (way, place) in try placed(clip, in: folder) {
        let scale = "scale=48:40:flags=bicubic,format=rgb24"
        let unscaled = "scale=flags=bilinear,format=rgb24"
        // The program turns by itself, as far as its version sees mirroring; explicit filters say what is right.
        let expected = try referencePixels(
          place, filters: ["\(way.filters),\(scale)", "\(way.filters),\(unscaled)"], before: ["-noautorotate"])
        let reader = try FrameReader(place)
        let scaled = try packedPixels(
          reader.frames(as: FrameTransform(size: PixelSize(48, 40), scaling: .bicubic)))
        #expect(difference(scaled, expected[0]) == nil, "\(name), \(way.filters)")
        #expect(difference(try packedPixels(reader.frames()), expected[1]) == nil, "\(name), \(way.filters), unscaled")
        let stream = try reader.stream()
        #expect(stream.rotation == way.degrees && stream.isMirrored == way.isMirrored, "\(name), \(way.filters)")
      }
    }
  }

  /// What the program does without being told; its version 5.1 knows all eight ways.
  @Test func automaticTurningEqualsFFmpeg() throws {
    try temporaryFolder { folder in
      let clip = try Clip.make(Self.clips[0].0, Clip.picture("128x96", rate: "2") + Self.clips[0].1)
      for (way, place) in try placed(clip, in: folder) {
        let expected = try referencePixels(place, filters: ["scale=48:40:flags=area,format=rgb24"])
        let got = try packedPixels(
          FrameReader(place).frames(as: FrameTransform(size: PixelSize(48, 40), scaling: .area)))
        #expect(difference(got, expected[0]) == nil, "\(way.filters)")
      }
    }
  }

  /// 4:2:2 lies down as 4:4:0 without loss; the program converts it to something else first.
  @Test func turned422IsNearFFmpeg() throws {
    try temporaryFolder { folder in
      let clip = try Clip.make(
        "turn-422.mp4", Clip.picture("128x96", rate: "2") + "-vf crop=96:64:10:20,format=yuv422p -c:v libx264")
      for (way, place) in try placed(clip, in: folder) {
        // Red, green and blue are turned without loss.
        let expected = try referencePixels(
          place, filters: ["scale=flags=bilinear+full_chroma_int+accurate_rnd,format=gbrp,\(way.filters),format=rgb24"],
          before: ["-noautorotate"])
        let got = try packedPixels(FrameReader(place).frames())
        #expect(got.count == expected[0].count)
        let errors = zip(got, expected[0]).map { abs(Int($0) - Int($1)) }
        let mean = Double(errors.reduce(0, +)) / Double(errors.count)
        #expect(mean < 6, "\(way.filters): \(mean)")
      }
    }
  }

  @Test func sizeAndPixelAspectAreExchanged() throws {
    try temporaryFolder { folder in
      let clip = try Clip.make(
        "turn-aspect.mp4", Clip.picture("96x64", rate: "2") + "-vf setsar=4/3 -pix_fmt yuv420p -c:v libx264")
      for (way, place) in try placed(clip, in: folder) {
        let isOver = way.matrix[0] == 0
        let reader = try FrameReader(place)
        let stream = try reader.stream()
        let frame = try #require(try reader.frames().makeIterator().next())
        for (size, aspect) in [(stream.size, stream.pixelAspect), (frame.info.size, frame.info.pixelAspect)] {
          #expect(size == (isOver ? PixelSize(64, 96) : PixelSize(96, 64)), "\(way.filters)")
          #expect(aspect == (isOver ? PixelAspect(3, 4) : PixelAspect(4, 3)), "\(way.filters)")
        }
        #expect(frame.pixels.size == frame.info.size)
      }
    }
  }

  private func placed(
    _ clip: URL, in folder: URL
  ) throws -> [(way: (matrix: [Int32], filters: String, degrees: Int, isMirrored: Bool), place: URL)] {
    try Self.ways.enumerated().map { index, way in
      let place = folder.appendingPathComponent("way-\(index).\(clip.pathExtension)")
      try setDisplayMatrix(way.matrix, of: clip, writing: place)
      return (way, place)
    }
  }
}
