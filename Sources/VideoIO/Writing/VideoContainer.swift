import Diagnostics
import Foundation

/// The file formats that can be written, and what times each can hold.
enum VideoContainer: Sendable {
  case mp4, mov, matroska, avi

  /// From the extension of a file's name. Throws `usage` for any other.
  init(_ url: URL) throws {
    switch url.pathExtension.lowercased() {
    case "mp4", "m4v": self = .mp4
    case "mov": self = .mov
    case "mkv": self = .matroska
    case "avi": self = .avi
    default:
      throw UnrollError(
        .usage, file: url.relativePath, "does not end in a video format that can be written",
        advice: "use .mp4, .mov, .mkv or .avi")
    }
  }

  /// FFmpeg's name of the muxer.
  var muxerName: String {
    switch self {
    case .mp4: "mp4"
    case .mov: "mov"
    case .matroska: "matroska"
    case .avi: "avi"
    }
  }

  /// For errors, as in "Matroska cannot hold …".
  var description: String {
    switch self {
    case .mp4: "MP4"
    case .mov: "QuickTime"
    case .matroska: "Matroska"
    case .avi: "AVI"
    }
  }

  /// The ticks in which a file has its times when `timeBase` was asked for.
  func timeBase(for timeBase: TimeBase) -> TimeBase {
    let divisor = TimeBase.greatestCommonDivisor(timeBase.numerator, timeBase.denominator)
    let (numerator, denominator) = (timeBase.numerator / divisor, timeBase.denominator / divisor)
    switch self {
    case .mp4, .mov:
      // At least 10 000 a second, as FFmpeg does it: some players round coarser ones.
      var scale = denominator
      while scale < 10_000 { scale *= 2 }
      return TimeBase(1, scale)
    case .matroska: return TimeBase(1, 1000)
    case .avi: return TimeBase(numerator, denominator)
    }
  }

  /// What the muxer has to be told so that it keeps `timeBase`.
  ///
  /// MP4 holds the time before the first frame in ticks of the whole film, milliseconds unless told otherwise.
  func muxerSettings(_ timeBase: TimeBase) -> [(name: String, value: String)] {
    switch self {
    case .mp4, .mov:
      [
        ("video_track_timescale", "\(timeBase.denominator)"), ("movie_timescale", "\(timeBase.denominator)"),
      ]
    case .matroska, .avi: []
    }
  }

  /// Whether it holds the encoder's parameters once, in its header.
  var hasGlobalHeader: Bool { self != .avi }

  /// The longest time from one frame to the next, in ticks.
  var longestStep: Int64 {
    switch self {
    case .mp4, .mov: Int64(Int32.max)
    case .matroska, .avi: .max
    }
  }

  /// Whether the file has no times at all: the n-th frame is shown at the n-th tick.
  var countsFrames: Bool { self == .avi }
}

extension TimeBase {
  fileprivate static func greatestCommonDivisor(_ a: Int32, _ b: Int32) -> Int32 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
