import Foundation
import TestSupport
import Testing
import VideoIO

/// The pictures of written videos, as the ffmpeg program and our own reader decode them.
struct WrittenPicturesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var encoder: String
    var size: PixelSize
    var codec: String
    var format: String
    var matrix: String
    var range = "tv"

    var testDescription: String { "\(name) \(encoder) \(size)" }
  }

  static let cases = [
    Case(
      name: "a.mp4", encoder: "libx264", size: PixelSize(64, 48), codec: "h264", format: "yuv420p", matrix: "smpte170m"),
    Case(
      name: "a.mov", encoder: "libx264", size: PixelSize(64, 48), codec: "h264", format: "yuv420p", matrix: "smpte170m"),
    Case(
      name: "a.mkv", encoder: "libx264", size: PixelSize(64, 48), codec: "h264", format: "yuv420p", matrix: "smpte170m"),
    Case(
      name: "a.avi", encoder: "libx264", size: PixelSize(64, 48), codec: "h264", format: "yuv420p", matrix: "smpte170m"),
    Case(
      name: "a.mp4", encoder: "libx264", size: PixelSize(1280, 720), codec: "h264", format: "yuv420p", matrix: "bt709"),
    Case(
      name: "a.avi", encoder: "libx264", size: PixelSize(1280, 720), codec: "h264", format: "yuv420p", matrix: "bt709"),
    Case(
      name: "a.mp4", encoder: "libx264", size: PixelSize(65, 47), codec: "h264", format: "yuv444p", matrix: "smpte170m"),
    Case(
      name: "a.mkv", encoder: "libx264", size: PixelSize(64, 47), codec: "h264", format: "yuv444p", matrix: "smpte170m"),
    Case(
      name: "a.mp4", encoder: "libx264", size: PixelSize(1, 1), codec: "h264", format: "yuv444p", matrix: "smpte170m"),
    Case(
      name: "a.mp4", encoder: "libx264", size: PixelSize(32, 2), codec: "h264", format: "yuv420p", matrix: "smpte170m"),
    Case(
      name: "a.mp4", encoder: "mpeg4", size: PixelSize(64, 48), codec: "mpeg4", format: "yuv420p", matrix: "smpte170m"),
    Case(
      name: "a.mkv", encoder: "mpeg4", size: PixelSize(1280, 720), codec: "mpeg4", format: "yuv420p",
      matrix: "smpte170m"),
    Case(
      name: "a.mov", encoder: "mjpeg", size: PixelSize(1280, 720), codec: "mjpeg", format: "yuvj420p",
      matrix: "bt470bg", range: "pc"),
    Case(
      name: "a.avi", encoder: "mjpeg", size: PixelSize(65, 47), codec: "mjpeg", format: "yuvj444p", matrix: "bt470bg",
      range: "pc"),
  ]

  @Test(arguments: cases) func lookAsTheyWereGiven(_ example: Case) throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: example.name)
      let writer = try FrameWriter(
        url, size: example.size, timeBase: TimeBase(1, 25), options: FrameWriter.Options(encoder: example.encoder))
      let pictures = (0..<4).map { TestPicture.smooth(example.size, index: $0) }
      for pixels in pictures { try writer.append(pixels) }
      try writer.finish()
      #expect(writer.encoderName == example.encoder)

      let stream = try WrittenStream(url)
      #expect(stream["codec_name"] == example.codec)
      #expect(stream["pix_fmt"] == example.format)
      #expect(stream["width"] == "\(example.size.width)")
      #expect(stream["height"] == "\(example.size.height)")
      #expect(stream["has_b_frames"] == "0")
      // AVI has no room for what MPEG-4 does not say itself.
      #expect(stream["color_space"] == example.matrix)
      #expect(stream["color_range"] == example.range)
      if example.encoder == "libx264" {
        #expect(stream["color_primaries"] == example.matrix)
        #expect(stream["color_transfer"] == example.matrix)
      }

      let original = Data(pictures.flatMap(\.packedBytes))
      expectAlike(try referencePixels(url, filters: ["format=rgb24"])[0], original, most: 15, mean: 2.2)
      expectAlike(try packedPixels(FrameReader(url).frames()), original, most: 15, mean: 2.2)
    }
  }

  @Test func withoutLossOnlyRoundingIsLeft() throws {
    try temporaryFolder { folder in
      for size in [PixelSize(64, 48), PixelSize(33, 31), PixelSize(64, 720)] {
        let url = folder.appending(path: "a.mp4")
        let writer = try FrameWriter(
          url, size: size, timeBase: TimeBase(1, 25), options: FrameWriter.Options(isLossless: true))
        let pictures = (1...3).map { TestPicture.noise(size, seed: $0) }
        for pixels in pictures { try writer.append(pixels) }
        try writer.finish()
        let stream = try WrittenStream(url)
        #expect(stream["pix_fmt"] == "yuv444p")
        let original = Data(pictures.flatMap(\.packedBytes))
        let accurate = "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=rgb24"
        expectAlike(try referencePixels(url, filters: [accurate])[0], original, most: 3, mean: 0.8)
      }
    }
  }

  @Test func grayIsGray() throws {
    try temporaryFolder { folder in
      for (size, isLossless, most) in [(PixelSize(64, 48), false, 6), (PixelSize(33, 31), true, 1)] {
        let url = folder.appending(path: "a.mp4")
        let writer = try FrameWriter(
          url, size: size, timeBase: TimeBase(1, 25), options: FrameWriter.Options(isLossless: isLossless))
        let pictures = (0..<3).map { TestPicture.smooth(size, .gray, index: $0 * 9) }
        for pixels in pictures { try writer.append(pixels) }
        try writer.finish()
        let original = Data(pictures.flatMap(\.packedBytes))
        expectAlike(try referencePixels(url, filters: ["format=gray"])[0], original, most: most, mean: 1)
      }
    }
  }

  @Test func grayAndColourMayTakeTurns() throws {
    try temporaryFolder { folder in
      let (url, size) = (folder.appending(path: "a.mp4"), PixelSize(64, 48))
      let writer = try FrameWriter(url, size: size, timeBase: TimeBase(1, 25))
      let (colour, gray) = (TestPicture.smooth(size), TestPicture.smooth(size, .gray))
      for pixels in [colour, gray, colour] { try writer.append(pixels) }
      try writer.finish()
      let grayAsColour = gray.packedBytes.flatMap { [$0, $0, $0] }
      let original = Data(colour.packedBytes + grayAsColour + colour.packedBytes)
      expectAlike(try referencePixels(url, filters: ["format=rgb24"])[0], original, most: 15, mean: 2.2)
    }
  }

  /// With encoders that are the same every time: x264 is not quite, by a few bytes in one run of a hundred.
  @Test func neitherDayNorMachineIsInTheFile() throws {
    try temporaryFolder { folder in
      let size = PixelSize(64, 48)
      for (name, encoder) in [("a.mp4", "mpeg4"), ("a.mkv", "mjpeg"), ("a.avi", "mpeg4")] {
        let files = try (0..<2).map { turn in
          let url = folder.appending(path: "\(turn)\(name)")
          let writer = try FrameWriter(
            url, size: size, timeBase: TimeBase(1, 25), options: FrameWriter.Options(encoder: encoder))
          for index in 0..<5 { try writer.append(TestPicture.smooth(size, index: index)) }
          try writer.finish()
          return try Data(contentsOf: url)
        }
        #expect(files[0] == files[1])
      }
    }
  }

  /// Expects bytes that differ by at most `most`, and by `mean` on average.
  private func expectAlike(
    _ a: Data, _ b: Data, most: Int, mean: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard a.count == b.count else {
      Issue.record("\(a.count) bytes, \(b.count) are expected", sourceLocation: sourceLocation)
      return
    }
    let differences = zip(a, b).map { abs(Int($0) - Int($1)) }
    let (largest, average) = (differences.max() ?? 0, Double(differences.reduce(0, +)) / Double(max(1, a.count)))
    #expect(largest <= most, "largest \(largest), mean \(average)", sourceLocation: sourceLocation)
    #expect(average <= mean, "largest \(largest), mean \(average)", sourceLocation: sourceLocation)
  }
}
