import Foundation
import TestSupport
import Testing
import VideoIO

/// Scaled pictures against the scale filter of the ffmpeg program, bit for bit.
struct ScalingAgreementTests {
  @Test func sharedVideosEqualFFmpeg() throws {
    for video in try sharedVideos()?.videos ?? [] where video.decodes {
      // Damage is concealed differently, by chance, when several threads decode.
      let threads = video.name.contains("corrupted") ? 1 : 2
      let size = PixelSize(224, 224)
      var transforms = FrameTransform.Scaling.allCases.map { FrameTransform(size: size, scaling: $0) }
      transforms.append(FrameTransform(size: size, scaling: .area, format: .gray))
      if (video.width ?? 0) < 600 { transforms.append(FrameTransform()) }
      try compare(video.url, transforms, threads: threads)
    }
  }

  /// Names with the arguments that make the clip.
  static let kinds: [(String, String)] = [
    ("422.mkv", "-pix_fmt yuv422p -c:v ffv1"), ("444.mkv", "-pix_fmt yuv444p -c:v ffv1"),
    ("420p10.mkv", "-pix_fmt yuv420p10le -c:v ffv1"), ("422p10.mkv", "-pix_fmt yuv422p10le -c:v ffv1"),
    ("440.mkv", "-pix_fmt yuv440p -c:v libx264 -qp 0"), ("411.mkv", "-pix_fmt yuv411p -c:v ffv1"),
    ("yuvj420.avi", "-pix_fmt yuvj420p -c:v mjpeg"),
    ("full.mp4", "-vf scale=out_range=full,format=yuv420p -color_range pc -c:v libx264"),
    ("bt709.mp4", "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -pix_fmt yuv420p -c:v libx264"),
    ("bt2020.mp4", "-colorspace bt2020nc -pix_fmt yuv420p10le -c:v libx264"),
    ("gray.mkv", "-pix_fmt gray -c:v ffv1"), ("gray16.mkv", "-pix_fmt gray16le -c:v ffv1"),
    ("rgba.mov", "-pix_fmt rgba -c:v png"), ("rgb48.mov", "-pix_fmt rgb48be -c:v png"),
    ("gbrp.mkv", "-pix_fmt gbrp -c:v ffv1"), ("yuva420.mkv", "-pix_fmt yuva420p -c:v ffv1"),
    ("pal8.mov", "-pix_fmt pal8 -c:v png"), ("animation.gif", ""), ("yuyv.avi", "-pix_fmt yuyv422 -c:v rawvideo"),
    ("uyvy.avi", "-pix_fmt uyvy422 -c:v rawvideo"), ("mono.mov", "-pix_fmt monob -c:v png"),
    ("interlaced.mp4", "-pix_fmt yuv420p -flags +ildct+ilme -x264-params tff=1 -c:v libx264"),
  ]

  @Test(arguments: kinds) func pixelFormatsEqualFFmpeg(name: String, coding: String) throws {
    let clip = try Clip.make("kind-\(name)", Clip.picture("96x64", rate: "3") + coding)
    try compare(clip, Self.transforms(PixelSize(224, 224)) + Self.transforms(nil))
  }

  @Test(arguments: ["161x121", "1x1", "2x3", "7x160"], ["yuv420p", "yuv422p10le", "rgb24"])
  func oddSizesEqualFFmpeg(size: String, format: String) throws {
    let codec = format == "rgb24" ? "png" : "ffv1"
    let clip = try Clip.make(
      "odd-\(size)-\(format).mkv",
      Clip.picture("192x192", rate: "2")
        + "-vf crop=\(size.split(separator: "x").joined(separator: ":")):20:60:exact=1 "
        + "-pix_fmt \(format) -c:v \(codec)")
    try compare(
      clip, Self.transforms(PixelSize(224, 224)) + Self.transforms(nil) + Self.transforms(PixelSize(33, 5)))
  }

  @Test func unusualTargetsEqualFFmpeg() throws {
    let clip = try Clip.make("targets.mp4", Clip.picture("320x240", rate: "2") + "-pix_fmt yuv420p -c:v libx264")
    let sizes = [PixelSize(1, 1), PixelSize(3, 200), PixelSize(640, 480), PixelSize(319, 241)]
    try compare(clip, sizes.flatMap { Self.transforms($0) })
  }

  private static func transforms(_ size: PixelSize?) -> [FrameTransform] {
    Pixels.Format.allCases.flatMap { format in
      FrameTransform.Scaling.allCases.map { FrameTransform(size: size, scaling: $0, format: format) }
    }
  }

  private func compare(_ url: URL, _ transforms: [FrameTransform], threads: Int = 2) throws {
    let filters = transforms.map { transform in
      let size = transform.size.map { "\($0.width):\($0.height):" } ?? ""
      return "scale=\(size)flags=\(transform.scaling.rawValue),format=\(transform.format == .rgb ? "rgb24" : "gray")"
    }
    let expected = try referencePixels(url, filters: filters, before: ["-threads", String(threads)])
    let reader = try FrameReader(url, options: .init(threads: threads))
    for (transform, expected) in zip(transforms, expected) {
      let difference = difference(try packedPixels(reader.frames(as: transform)), expected)
      #expect(
        difference == nil,
        "\(url.lastPathComponent), \(transform.scaling), \(transform.format), \(transform.size?.description ?? "unscaled")"
      )
    }
  }
}
