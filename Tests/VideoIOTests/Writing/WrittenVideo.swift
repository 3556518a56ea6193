import Foundation
import VideoIO

/// What ffprobe says of the video stream of a file.
struct WrittenStream {
  let values: [String: String]

  init(_ url: URL) throws {
    let keys =
      "codec_name,pix_fmt,width,height,color_range,color_space,color_primaries,color_transfer,has_b_frames,duration_ts"
    let result = try runProgram(
      "ffprobe",
      [
        "-v", "error", "-show_entries", "stream=\(keys):format=duration", "-of", "default=noprint_wrappers=1", "-i",
        "file:\(url.path)",
      ])
    guard result.status == 0 else { throw ProgramFailure(description: "ffprobe: \(result.messages)") }
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    values = Dictionary(
      lines.map { line in
        let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (pair[0], pair.count == 2 ? pair[1] : "")
      }, uniquingKeysWith: { first, _ in first })
  }

  subscript(key: String) -> String { values[key] ?? "" }
}

/// The length of a tick of the video stream, as ffprobe says it.
func writtenTimeBase(_ url: URL) throws -> TimeBase {
  let result = try runProgram(
    "ffprobe", ["-v", "error", "-show_entries", "stream=time_base", "-of", "csv=p=0", "-i", "file:\(url.path)"])
  let parts = String(decoding: result.output, as: UTF8.self).split(whereSeparator: { !$0.isNumber }).compactMap {
    Int32($0)
  }
  guard parts.count == 2 else { throw ProgramFailure(description: "ffprobe: \(result.messages)") }
  return TimeBase(parts[0], parts[1])
}

/// Pictures that a test can tell apart.
enum TestPicture {
  /// Slow changes of brightness and colour, which no encoder spoils, another one for each `index`.
  static func smooth(_ size: PixelSize, _ format: Pixels.Format = .rgb, index: Int = 0) -> Pixels {
    filled(size, format) { x, y, channel in
      let (right, down) = (150 * x / max(64, size.width), 150 * y / max(48, size.height))
      return UInt8([right, down, 150 - (right + down) / 2][channel] + 30 + (index * 5) % 50)
    }
  }

  /// Noise, always the same.
  static func noise(_ size: PixelSize, _ format: Pixels.Format = .rgb, seed: UInt64 = 1) -> Pixels {
    var state = seed
    return filled(size, format) { _, _, _ in
      // Knuth's linear congruential generator (MMIX).
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  static func filled(
    _ size: PixelSize, _ format: Pixels.Format, _ value: (_ x: Int, _ y: Int, _ channel: Int) -> UInt8
  ) -> Pixels {
    var pixels = Pixels(size, format: format)
    let stride = pixels.bytesPerRow
    pixels.withUnsafeMutableBytes { bytes in
      for y in 0..<size.height {
        for x in 0..<size.width {
          for channel in 0..<format.channels {
            bytes[y * stride + x * format.channels + channel] = value(x, y, channel)
          }
        }
      }
    }
    return pixels
  }
}

extension FrameWriter.Options {
  /// Only this encoder.
  init(encoder: String, isLossless: Bool = false) {
    self.init(isLossless: isLossless)
    encoderName = encoder
  }
}
