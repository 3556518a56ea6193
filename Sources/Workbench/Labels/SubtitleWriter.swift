import Foundation
import VideoIO

/// Frames with the same labels, one after the other, as subtitles.
///
/// A subtitle lasts up to the first frame of the next segment, the last one up to the end of its last frame; a millisecond at
/// least. Times before zero become zero, which subtitles cannot go below.
struct SubtitleWriter: Sendable {
  let isSubRip: Bool
  let background: Set<String>

  private var segment: (labels: [String], start: Timestamp)?
  private var last: LabelledFrame?
  /// From the frame before the last one to that, in milliseconds.
  private var gap: Int64 = 0
  private var written = 0

  init(isSubRip: Bool, background: Set<String>) {
    self.isSubRip = isSubRip
    self.background = background
  }

  /// The subtitle that ends with the next frame, if one does.
  mutating func add(_ frame: LabelledFrame) -> String {
    defer { last = frame }
    if let last { gap = Self.milliseconds(frame.time) - Self.milliseconds(last.time) }
    guard let segment else {
      self.segment = (frame.labels, frame.time)
      return ""
    }
    if segment.labels == frame.labels { return "" }
    self.segment = (frame.labels, frame.time)
    return text(segment, end: Self.milliseconds(frame.time))
  }

  /// The subtitle of the last segment.
  mutating func finish() -> String {
    guard let segment, let last else { return "" }
    self.segment = nil
    let end =
      last.duration.ticks > 0
      ? Timestamp(ticks: last.time.ticks &+ last.duration.ticks, timeBase: last.time.timeBase) : last.time
    return text(
      segment, end: max(Self.milliseconds(end), Self.milliseconds(last.time) + (last.duration.ticks > 0 ? 0 : gap)))
  }

  private mutating func text(_ segment: (labels: [String], start: Timestamp), end: Int64) -> String {
    let labels = segment.labels.filter { !background.contains($0) }
    if labels.isEmpty { return "" }
    written += 1
    let start = max(0, Self.milliseconds(segment.start))
    let times = "\(clock(start)) --> \(clock(max(start + 1, end)))"
    let lines = labels.map { isSubRip ? $0 : Self.escaped($0) }.joined(separator: "\n")
    return (isSubRip ? "\(written)\n" : "") + "\(times)\n\(lines)\n\n"
  }

  /// `01:02:03.004`, or with a comma for SubRip.
  private func clock(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    let fraction = isSubRip ? "," : "."
    return String(format: "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60) + fraction
      + String(format: "%03d", milliseconds % 1000)
  }

  /// The nearest whole millisecond.
  private static func milliseconds(_ time: Timestamp) -> Int64 {
    let (quotient, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1000)
    return quotient + (rest >= 500 ? 1 : rest < -500 ? -1 : 0)
  }

  /// WebVTT reads markup.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
