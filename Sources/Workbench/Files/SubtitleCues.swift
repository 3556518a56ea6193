import Foundation
import VideoIO

extension Timestamp {
  /// When a frame that is shown from here on has been shown, as far as its duration says, which has the same time base; zero says
  /// nothing.
  func end(lasting duration: Timestamp) -> Timestamp {
    duration.ticks > 0 ? Timestamp(ticks: ticks &+ duration.ticks, timeBase: timeBase) : self
  }
}

/// The text of subtitles, WebVTT (https://www.w3.org/TR/webvtt1/) or SubRip. One lasts a millisecond at least; times before zero
/// become zero, which subtitles cannot go below.
struct SubtitleCues: Sendable {
  let isSubRip: Bool
  private var written = 0

  init(isSubRip: Bool) { self.isSubRip = isSubRip }

  /// What comes before the first.
  var header: String { isSubRip ? "" : "WEBVTT\n\n" }

  /// The next subtitle, in milliseconds; empty without lines.
  mutating func cue(from start: Int64, to end: Int64, lines: [String]) -> String {
    if lines.isEmpty { return "" }
    written += 1
    let start = max(0, start)
    let times = "\(clock(start)) --> \(clock(max(start + 1, end)))"
    let text = lines.map { isSubRip ? $0 : Self.escaped($0) }.joined(separator: "\n")
    return (isSubRip ? "\(written)\n" : "") + "\(times)\n\(text)\n\n"
  }

  /// `01:02:03.004`, or with a comma for SubRip.
  private func clock(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    let fraction = isSubRip ? "," : "."
    return String(format: "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60) + fraction
      + String(format: "%03d", milliseconds % 1000)
  }

  /// The nearest whole millisecond.
  static func milliseconds(_ time: Timestamp) -> Int64 {
    let (quotient, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1000)
    return quotient + (rest >= 500 ? 1 : rest < -500 ? -1 : 0)
  }

  /// WebVTT reads markup.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
