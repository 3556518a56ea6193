import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Cuts, borders and mirrors against chains of ffmpeg's filters.
struct CutAndFitTests {
  private static func clip(_ format: String = "yuv420p") throws -> URL {
    try Clip.make("cut-\(format).mkv", Clip.picture("160x90", rate: "2") + "-pix_fmt \(format) -c:v ffv1")
  }

  private func compare(_ url: URL, _ cases: [(FrameTransform, String)]) throws {
    let expected = try referencePixels(url, filters: cases.map(\.1))
    for ((transform, filters), expected) in zip(cases, expected) {
      let got = try packedPixels(FrameReader(url).frames(as: transform))
      #expect(difference(got, expected) == nil, "\(url.lastPathComponent), \(filters)")
    }
  }

  @Test(arguments: ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "gray", "rgb24", "gbrp", "yuyv422"])
  func cutsEqualTheCropFilter(format: String) throws {
    let url =
      format == "rgb24" || format == "yuyv422"
      ? try Clip.make("cut-\(format).avi", Clip.picture("160x90", rate: "2") + "-pix_fmt \(format) -c:v rawvideo")
      : try Self.clip(format)
    // The crop filter works on the format itself, except where pixels share an element: that becomes RGB first.
    let first = format == "yuyv422" ? "scale=flags=bilinear,format=rgb24," : ""
    let cut = PixelRectangle(x: 10, y: 6, width: 80, height: 60)
    try compare(
      url,
      [
        (
          FrameTransform(crop: cut, size: PixelSize(32, 48)),
          first + "crop=80:60:10:6,scale=32:48:flags=bilinear,format=rgb24"
        ),
        (FrameTransform(crop: cut), first + "crop=80:60:10:6,scale=flags=bilinear,format=rgb24"),
      ])
  }

  /// An odd offset lies between two colours of 4:2:0, so the frame becomes RGB before it is cut.
  @Test(arguments: ["yuv420p", "yuv422p", "yuv444p", "gray"]) func oddCutsAreExact(format: String) throws {
    let first = format.contains("2") ? "scale=flags=bilinear,format=rgb24," : ""
    try compare(
      try Self.clip(format),
      [
        (
          FrameTransform(crop: PixelRectangle(x: 11, y: 7, width: 51, height: 33), size: PixelSize(32, 48)),
          first + "crop=51:33:11:7:exact=1,scale=32:48:flags=bilinear,format=rgb24"
        )
      ])
  }

  @Test func fitsEqualFilterChains() throws {
    try compare(
      try Self.clip(),
      [
        // 160 × 90 into 224 × 224: 224 × 126, 49 rows above, which is rounded down to an even number.
        (
          FrameTransform(size: PixelSize(224, 224), fit: .pad),
          "scale=224:126:flags=bilinear,format=rgb24,pad=224:224:0:48"
        ),
        (
          FrameTransform(size: PixelSize(100, 30), fit: .pad, scaling: .area),
          "scale=53:30:flags=area,format=rgb24,pad=100:30:22:0"
        ),
        (
          FrameTransform(size: PixelSize(64, 64), fit: .crop), "crop=90:90:34:0,scale=64:64:flags=bilinear,format=rgb24"
        ),
        (
          FrameTransform(size: PixelSize(64, 20), fit: .crop, scaling: .bicubic),
          "crop=160:50:0:20,scale=64:20:flags=bicubic,format=rgb24"
        ),
      ])
  }

  /// The pad filter takes 16 for black in gray pictures, though their range is full; hence borders of our own here.
  @Test func grayBordersAreBlack() throws {
    let url = try Self.clip()
    let middle = try referencePixels(url, filters: ["scale=224:126:flags=bilinear,format=gray,hflip"])[0]
    let frames = try FrameReader(url).frames(
      as: FrameTransform(size: PixelSize(224, 224), fit: .pad, isMirrored: true, format: .gray))
    let row = 224
    let expected = (0..<2).map { middle.dropFirst($0 * 126 * row).prefix(126 * row) }.reduce(into: Data()) {
      $0 += Data(count: 48 * row) + $1 + Data(count: 50 * row)
    }
    #expect(difference(try packedPixels(frames), expected) == nil)
  }

  /// Pixels that are not square count as wide as they are shown.
  @Test func fitsGoByTheShapeOnAScreen() throws {
    let url = try Clip.make(
      "cut-wide.mkv", Clip.picture("80x90", rate: "2") + "-vf setsar=2/1 -pix_fmt yuv420p -c:v ffv1")
    try compare(
      url,
      [
        (
          FrameTransform(size: PixelSize(224, 224), fit: .pad),
          "scale=224:126:flags=bilinear,format=rgb24,pad=224:224:0:48"
        ),
        (
          FrameTransform(size: PixelSize(64, 64), fit: .crop),
          "crop=45:90:16:0:exact=1,scale=64:64:flags=bilinear,format=rgb24"
        ),
      ])
  }

  @Test func mirrorsEqualHflip() throws {
    for format in ["yuv420p", "gray"] {
      try compare(
        try Self.clip(format),
        [
          (FrameTransform(isMirrored: true), "scale=flags=bilinear,format=rgb24,hflip"),
          (
            FrameTransform(size: PixelSize(33, 21), isMirrored: true),
            "scale=33:21:flags=bilinear,format=rgb24,hflip"
          ),
          (
            FrameTransform(size: PixelSize(33, 21), isMirrored: true, format: .gray),
            "scale=33:21:flags=bilinear,format=gray,hflip"
          ),
        ])
    }
  }

  @Test(arguments: [
    PixelRectangle(x: 0, y: 0, width: 0, height: 1), PixelRectangle(x: -1, y: 0, width: 5, height: 5),
    PixelRectangle(x: 0, y: 0, width: 161, height: 90), PixelRectangle(x: .max, y: 0, width: .max, height: 1),
  ]) func aCutOutsideTheFrameIsAnError(cut: PixelRectangle) throws {
    let url = try Self.clip()
    expectUnrollError(.usage, mentions: "cut-yuv420p.mkv", "does not lie in the frame of 160x90") {
      try infos(FrameReader(url).frames(as: FrameTransform(crop: cut)))
    }
  }

  @Test(arguments: [PixelSize(0, 5), PixelSize(5, -1), PixelSize(.max, .max), PixelSize(1 << 20, 1 << 20)])
  func anImpossibleSizeIsAnError(size: PixelSize) throws {
    let url = try Self.clip()
    for fit in FrameTransform.Fit.allCases {
      expectUnrollError(.usage, mentions: "\(size)") {
        try infos(FrameReader(url).frames(as: FrameTransform(size: size, fit: fit)))
      }
    }
  }
}
