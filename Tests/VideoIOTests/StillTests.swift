import Foundation
import TestSupport
import Testing
import VideoIO

/// Pictures as videos of one frame.
struct StillTests {
  @Test(arguments: [
    ("still.png", ""), ("still.jpg", "-q:v 3"), ("still.webp", "-c:v libwebp -lossless 1"), ("still.gif", ""),
    ("still.bmp", ""), ("still.tiff", ""), ("still.ppm", ""),
    ("odd.jpg", "-vf crop=97:63:0:0:exact=1 -pix_fmt yuvj420p"),
  ]) func picturesEqualFFmpeg(name: String, coding: String) throws {
    let still = try Clip.make(name, Clip.picture("128x96", rate: "1") + coding + " -frames:v 1")
    let expected = try referencePixels(
      still, filters: ["scale=50:40:flags=area,format=rgb24", "scale=flags=bilinear,format=rgb24"])
    let reader = try FrameReader(still)
    let scaled = try packedPixels(reader.frames(as: FrameTransform(size: PixelSize(50, 40), scaling: .area)))
    #expect(difference(scaled, expected[0]) == nil)
    #expect(difference(try packedPixels(reader.frames()), expected[1]) == nil)
    #expect(try reader.frame(at: 0).pixels.packedBytes.count == expected[1].count)
  }

  @Test func animationsHaveTheFramesOfFFprobe() throws {
    for (name, coding) in [("moves.gif", ""), ("moves.png", "-c:v apng -f apng")] {
      let clip = try Clip.make(name, Clip.picture("64x48", rate: "10") + coding)
      let frames = try infos(FrameReader(clip).frames())
      #expect(frames.count == 10, "\(name)")
      #expect(frames.map(\.timestamp.ticks) == (try referenceFrames(clip)).map { $0.ticks ?? -1 }, "\(name)")
    }
  }

  /// The camera's note of how it was held (EXIF tag 274), in all eight ways.
  @Test(arguments: [
    (1, "null"), (2, "hflip"), (3, "hflip,vflip"), (4, "vflip"), (5, "transpose=cclock_flip"), (6, "transpose=clock"),
    (7, "transpose=clock_flip"), (8, "transpose=cclock"),
  ]) func photographsAreTurnedUpright(orientation: Int, filters: String) throws {
    let plain = try Clip.make("photo.jpg", Clip.picture("96x64", rate: "1") + "-pix_fmt yuvj420p -frames:v 1")
    try temporaryFolder { folder in
      let place = folder.appendingPathComponent("held.jpg")
      try withOrientation(UInt8(orientation), try Data(contentsOf: plain)).write(to: place)
      let expected = try referencePixels(
        plain, filters: ["\(filters),scale=40:40:flags=bilinear,format=rgb24"], before: ["-noautorotate"])
      let got = try packedPixels(FrameReader(place).frames(as: FrameTransform(size: PixelSize(40, 40))))
      #expect(difference(got, expected[0]) == nil, "\(orientation)")
      let frame = try FrameReader(place).frame(at: 0)
      #expect(frame.info.size == (orientation > 4 ? PixelSize(64, 96) : PixelSize(96, 64)))
      #expect(frame.pixels.size == frame.info.size)
    }
  }

  /// Puts an APP1 segment with one entry behind the start of the image (CIPA DC-008, 4.5 and 4.6).
  private func withOrientation(_ orientation: UInt8, _ image: Data) -> Data {
    var exif = Data("Exif\0\0II*\0".utf8)
    exif += [8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
    let length = UInt8(exif.count + 2)
    return image.prefix(2) + [0xFF, 0xE1, 0, length] + exif + image.dropFirst(2)
  }
}
