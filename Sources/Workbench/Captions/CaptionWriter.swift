package import VideoIO

/// The forms in which captions are written.
package enum CaptionFileFormat: String, CaseIterable, Sendable {
  /// A line a caption.
  case text
  /// A JSON object a caption.
  case jsonl
  /// Subtitles, WebVTT (https://www.w3.org/TR/webvtt1/).
  case vtt
  /// Subtitles, SubRip.
  case srt

  /// The usual ending of such a file.
  package var fileExtension: String { self == .text ? "txt" : rawValue }
}

/// Makes subtitles of captions as they come.
package struct CaptionSubtitles: Sendable {
  private var cues: SubtitleCues

  package init(isSubRip: Bool) { cues = SubtitleCues(isSubRip: isSubRip) }

  /// What comes before the first caption.
  package var header: String { cues.header }

  /// The subtitle of a caption.
  package mutating func cue(from start: Timestamp, to end: Timestamp, _ text: String) -> String {
    cues.cue(
      from: SubtitleCues.milliseconds(start), to: SubtitleCues.milliseconds(end), lines: text.isEmpty ? [] : [text])
  }
}
