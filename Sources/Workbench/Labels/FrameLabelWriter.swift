import Foundation
import VideoIO

/// The forms in which labels of frames are written.
package enum LabelFormat: String, CaseIterable, Sendable {
  /// A row a frame: `index,seconds,label,probability`.
  case csv
  /// A JSON object a frame, with the same keys.
  case jsonl
  /// Segments as subtitles, WebVTT (https://www.w3.org/TR/webvtt1/).
  case vtt
  /// Segments as subtitles, SubRip.
  case srt
  /// A label a line, as in `groundTruth` of the temporal segmentation community.
  case mstcn

  /// The usual ending of such a file.
  package var fileExtension: String { self == .mstcn ? "txt" : rawValue }
}

/// Makes text of labelled frames as they come, in one of the ``LabelFormat``s.
///
/// Rows are given out at once, a subtitle when its segment has ended. Seconds and probabilities have six decimals. Frames that may
/// have several labels (`isMultiLabel`) have them joined by `|` in tables, with the greatest probability; in JSON they are lists
/// called `labels` and `probabilities`; in subtitles a line each.
package struct FrameLabelWriter: Sendable {
  private let format: LabelFormat
  private let isMultiLabel: Bool
  private var subtitles: SubtitleWriter

  /// - Parameter background: Labels that get no subtitle.
  package init(_ format: LabelFormat, isMultiLabel: Bool = false, background: Set<String> = []) {
    self.format = format
    self.isMultiLabel = isMultiLabel
    subtitles = SubtitleWriter(isSubRip: format == .srt, background: background)
  }

  /// What comes before the first frame.
  package var header: String {
    switch format {
    case .csv: "index,seconds,label,probability\n"
    case .vtt, .srt: subtitles.header
    case .jsonl, .mstcn: ""
    }
  }

  /// The text of the next frame, empty where it only continues something.
  package mutating func add(_ frame: LabelledFrame) -> String {
    switch format {
    case .csv:
      "\(frame.index),\(frame.time),\(CSVReader.field(frame.joined)),\(Self.probability(frame.probabilities.max()))\n"
    case .jsonl: object(frame).text + "\n"
    case .vtt, .srt: subtitles.add(frame)
    case .mstcn: frame.joined + "\n"
    }
  }

  /// What comes after the last frame.
  package mutating func finish() -> String {
    switch format {
    case .vtt, .srt: subtitles.finish()
    case .csv, .jsonl, .mstcn: ""
    }
  }

  /// The keys are listed in docs/json.md.
  private func object(_ frame: LabelledFrame) -> JSONValue {
    let probabilities = frame.probabilities.map { JSONValue.number((Double($0) * 1e6).rounded() / 1e6) }
    let (index, seconds) = (JSONValue.integer(frame.index), JSONValue.number(Double(frame.time.microseconds) / 1e6))
    if isMultiLabel {
      return [
        "index": index, "seconds": seconds, "labels": .array(frame.labels.map { .string($0) }),
        "probabilities": .array(probabilities),
      ]
    }
    return [
      "index": index, "seconds": seconds, "label": frame.labels.first.map { .string($0) } ?? .null,
      "probability": probabilities.first ?? .null,
    ]
  }

  private static func probability(_ value: Float?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
}
