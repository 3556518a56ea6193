import Foundation
import VideoIO
import Workbench

/// What `unroll frames probe` says of a video.
struct VideoSummary {
  let file: String
  let stream: VideoStream
  let count: FrameCount
  let report: ReadReport

  private var size: PixelSize { count.first?.size ?? stream.size }
  private var aspect: PixelAspect { count.first?.pixelAspect ?? stream.pixelAspect }
  private var start: Timestamp { count.first?.timestamp ?? Timestamp(ticks: 0, timeBase: stream.timeBase) }
  /// To the thousandth; what comes after it is chance.
  private var rate: Double? { count.rate.map { ($0 * 1000).rounded() / 1000 } }

  /// A line for each property: its name, then what it is.
  var text: String {
    var rows = [
      ("file", FrameInputOptions.name(file)),
      ("frames", "\(counted(count.frames, "frame")), \(counted(count.keyFrames, "key frame"))"),
      ("time", "\(String(format: "%.6f", count.duration)) s, from \(start) s"),
      ("rate", rateText),
      ("size", "\(size), pixels \(aspect)\(count.isInterlaced ? ", interlaced" : "")"),
      (
        "coded",
        "\(stream.codec), \(stream.pixelFormat ?? "pixels unknown"), stream \(stream.index) of \(stream.format)"
      ),
    ]
    if stream.rotation != 0 || stream.isMirrored {
      rows.append(("turned", "\(stream.rotation) degrees\(stream.isMirrored ? ", mirrored" : "")"))
    }
    if count.derivedTimestamps > 0 { rows.append(("derived", counted(count.derivedTimestamps, "timestamp"))) }
    if !report.isClean {
      rows.append(
        ("damage", "\(counted(report.damagedFrames, "damaged frame")), \(counted(report.lostPackets, "lost packet"))"))
    }
    return rows.map { $0.0.padding(toLength: 9, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined()
  }

  private var rateText: String {
    guard let rate else { return "unknown" }
    return "\(String(format: "%.3f", rate)) frames/s, \(count.isRateConstant ? "constant" : "variable")"
  }

  /// The keys are listed in docs/json.md.
  var json: JSONValue {
    [
      "file": .string(file),
      "frames": .integer(count.frames),
      "duration": .number(count.duration),
      "start": .number(start.seconds),
      "width": .integer(size.width),
      "height": .integer(size.height),
      "frame_rate": rate.map { .number($0) } ?? .null,
      "constant_rate": .boolean(count.isRateConstant),
      "key_frames": .integer(count.keyFrames),
      "codec": .string(stream.codec),
      "format": .string(stream.format),
      "pixel_format": stream.pixelFormat.map { .string($0) } ?? .null,
      "stream": .integer(stream.index),
      "rotation": .integer(stream.rotation),
      "mirrored": .boolean(stream.isMirrored),
      "pixel_aspect": .string(aspect.description),
      "interlaced": .boolean(count.isInterlaced),
      "derived_timestamps": .integer(count.derivedTimestamps),
      "damaged_frames": .integer(report.damagedFrames),
      "lost_packets": .integer(report.lostPackets),
      "damage": report.firstDamage.map { .string($0) } ?? .null,
    ]
  }
}
