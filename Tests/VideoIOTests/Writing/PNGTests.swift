import Foundation
import TestSupport
import Testing
import VideoIO

/// PNG files of ours, read by the ffmpeg program.
struct PNGTests {
  /// Every byte value, in no order that a filter could foretell.
  private func noise(_ size: PixelSize, _ format: Pixels.Format) -> Pixels {
    var pixels = Pixels(size, format: format)
    var state: UInt32 = 2_463_534_242
    pixels.withUnsafeMutableBytes { bytes in
      for place in bytes.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes[place] = UInt8(truncatingIfNeeded: state >> 24)
      }
    }
    return pixels
  }

  @Test(arguments: Pixels.Format.allCases, [(1, 1), (7, 3), (64, 2), (65, 33), (201, 150)])
  func ffmpegReadsTheSameBytes(_ format: Pixels.Format, _ sides: (Int, Int)) throws {
    let pixels = noise(PixelSize(sides.0, sides.1), format)
    let bytes = try pixels.png()
    #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    try temporaryFolder { folder in
      try Data(bytes).write(to: folder.appending(path: "picture.png"))
      let layout = format == .rgb ? "rgb24" : "gray"
      let read = try ffmpeg(["-i", "picture.png", "-f", "rawvideo", "-pix_fmt", layout, "-"], in: folder)
      #expect(Array(read) == pixels.packedBytes)
    }
  }

  @Test func theSamePictureGivesTheSameFile() throws {
    let pixels = noise(PixelSize(30, 20), .rgb)
    #expect(try pixels.png() == pixels.png())
  }
}
