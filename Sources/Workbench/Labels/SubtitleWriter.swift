import VideoIO

/// Frames with the same labels, one after the other, as subtitles.
///
/// A subtitle lasts up to the first frame of the next segment, the last one up to the end of its last frame.
struct SubtitleWriter: Sendable {
  let background: Set<String>

  private var segment: (labels: [String], start: Timestamp)?
  private var last: LabelledFrame?
  /// From the frame before the last one to that, in milliseconds.
  private var gap: Int64 = 0
  private var cues: SubtitleCues

  init(isSubRip: Bool, background: Set<String>) {
    self.background = background
    cues = SubtitleCues(isSubRip: isSubRip)
  }

  /// What comes before the first subtitle.
  var header: String { cues.header }

  /// The subtitle that ends with the next frame, if one does.
  mutating func add(_ frame: LabelledFrame) -> String {
    defer { last = frame }
    if let last { gap = SubtitleCues.milliseconds(frame.time) - SubtitleCues.milliseconds(last.time) }
    guard let segment else {
      self.segment = (frame.labels, frame.time)
      return ""
    }
    if segment.labels == frame.labels { return "" }
    self.segment = (frame.labels, frame.time)
    return text(segment, end: SubtitleCues.milliseconds(frame.time))
  }

  /// The subtitle of the last segment.
  mutating func finish() -> String {
    guard let segment, let last else { return "" }
    self.segment = nil
    return text(
      segment,
      end: max(
        SubtitleCues.milliseconds(last.time.end(lasting: last.duration)),
        SubtitleCues.milliseconds(last.time) + (last.duration.ticks > 0 ? 0 : gap)))
  }

  private mutating func text(_ segment: (labels: [String], start: Timestamp), end: Int64) -> String {
    cues.cue(
      from: SubtitleCues.milliseconds(segment.start), to: end, lines: segment.labels.filter { !background.contains($0) }
    )
  }
}
