import Diagnostics
import Foundation
import VideoIO
import Workbench

/// A video with the labels of its frames drawn on it.
enum LabelledVideo {
  /// Reads the video and writes it with its labels; frames keep their times.
  ///
  /// - Parameters:
  ///   - labels: A label for each frame; of a clip as a whole one, which all frames get.
  ///   - names: All labels.
  static func write(
    _ reader: FrameReader, labels: [LabelledFrame], of names: [String], to url: URL, isQuiet: Bool
  ) throws {
    let frames = reader.frames().makeIterator()
    var writer: FrameWriter?
    var overlay: LabelOverlay?
    var done = 0
    var start: Int64 = 0
    var progress =
      isQuiet
      ? nil : ProgressLine(label: "drawing labels", total: labels.count > 1 ? labels.count : nil, unit: "frames")
    defer { progress?.clear() }
    while let frame = try frames.next(), let label = labels.count == 1 ? labels.first : labels.dropFirst(done).first {
      var drawing = overlay ?? LabelOverlay(labels: names, frame: frame.pixels.size)
      let base = frame.timestamp.timeBase
      if writer == nil {
        writer = try FrameWriter(url, size: drawing.size, timeBase: base)
        start = min(0, frame.timestamp.ticks)
      }
      let text = label.labels.isEmpty ? "" : label.labels.joined(separator: ", ")
      let picture = drawing.draw(text, probability: label.probabilities.max() ?? 0, on: frame.pixels)
      overlay = drawing
      // A written video begins at zero or later.
      let time = Timestamp(ticks: frame.timestamp.ticks - start, timeBase: base)
      try writer?.append(picture, at: time, duration: frame.duration)
      done += 1
      progress?.update(done: done)
    }
    try writer?.finish()
    progress?.finish()
  }
}
