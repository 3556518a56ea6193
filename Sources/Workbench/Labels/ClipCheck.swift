import Diagnostics
import Foundation
import VideoIO

/// What reading a clip to its end tells of it.
struct ClipCheck: Sendable {
  var findings: [DataFinding] = []
  var frames = 0
  var seconds = 0.0
  /// Frames in no span of a table.
  var outside = 0
  /// Frames of each label.
  var labels: [Int32: Int] = [:]
  /// Numbers a frame, of features.
  var dimensions: Int?

  /// Reads a clip.
  init(_ clip: LabelledClip, isMultiLabel: Bool) {
    let name = clip.shownName
    do {
      let aligned =
        switch clip.content {
        case .video(let url): try readVideo(url, name, clip, isMultiLabel)
        case .featureFile(let url): try check(try NumpyFile(contentsOf: url).features(), name, clip)
        case .features(let features): try check(features, name, clip)
        }
      count(aligned, name)
    } catch let problem as UnrollError {
      findings.append(DataFinding(.error, Self.kind(of: problem, frames: frames), problem))
    } catch {
      findings.append(DataFinding(.error, .undecodable, name, "\(error)", advice: "look at the file"))
    }
  }

  /// Before a frame was read it is the file that is wrong, after that the labels.
  private static func kind(of problem: UnrollError, frames: Int) -> DataFinding.Kind {
    if frames == 0 { return .undecodable }
    return problem.what.hasPrefix("two labels overlap") ? .overlap : .length
  }

  private mutating func readVideo(
    _ url: URL, _ name: String, _ clip: LabelledClip, _ isMultiLabel: Bool
  ) throws -> AlignedLabels {
    let reader = try FrameReader(url, options: FrameReader.Options(threads: 1))
    let stream = try reader.stream()
    var (count, times) = (FrameCount(), [Timestamp]())
    try reader.scan { frame in
      count.add(frame)
      times.append(frame.timestamp)
    }
    (frames, seconds) = (count.frames, count.duration)
    if stream.rotation != 0 || stream.isMirrored {
      let turned = "\(stream.rotation) degrees\(stream.isMirrored ? " and mirrored" : "")"
      warn(.rotated, name, "is turned by \(turned)", "nothing needs to be done: frames are turned upright")
    }
    if !count.isRateConstant {
      warn(.variableRate, name, "has a frame rate that varies", "labels for frames are counted, not timed: check them")
    }
    if let damage = reader.report.damage {
      warn(.damaged, name, "has \(damage)", "look at it, or get the file again")
    }
    findSpansBeyond(count, name, clip)
    return try clip.aligned(to: times, isMultiLabel: isMultiLabel)
  }

  /// Says which spans begin or end after the video does. A frame more is allowed: the end of the last frame is often a guess.
  private mutating func findSpansBeyond(_ count: FrameCount, _ name: String, _ clip: LabelledClip) {
    guard case .spans(let spans, _) = clip.labels, let last = count.last, count.frames > 0 else { return }
    let frame = Int64(count.duration * 1e6 / Double(count.frames))
    let end = last.end.microseconds
    for span in spans where span.end.microsecondsRounded > end + frame {
      let (from, to) = (Self.seconds(span.start), Self.seconds(span.end))
      let verb = span.start.microsecondsRounded >= end ? "begins" : "ends"
      let what = "the span from \(from) to \(to) s \(verb) after the end of \(name), which is at \(last.end) s"
      findings.append(
        DataFinding(
          .warning, .length, span.table ?? name, line: span.line, what, advice: "correct the times, or the video"))
    }
  }

  private static func seconds(_ time: Duration) -> String {
    Timestamp(ticks: time.microsecondsRounded, timeBase: TimeBase(1, 1_000_000)).description
  }

  private mutating func check(
    _ features: FeatureMatrix, _ name: String, _ clip: LabelledClip
  ) throws -> AlignedLabels {
    (frames, dimensions) = (features.frames, features.dimensions)
    if let problem = features.notFinite(in: name) { findings.append(DataFinding(.error, .features, problem)) }
    return try clip.aligned(toFrames: features.frames)
  }

  /// Counts labels, and says where some are too many or too few.
  private mutating func count(_ aligned: AlignedLabels, _ name: String) {
    if frames == 0 {
      findings.append(DataFinding(.error, .empty, name, "has no frames", advice: "remove it from the lists"))
    }
    outside = aligned.outside
    if aligned.surplus > 0 {
      warn(.length, name, "has \(counted(aligned.surplus, "label")) at its end without a frame", "they are left out")
    }
    if aligned.missing > 0 {
      warn(.length, name, "has \(counted(aligned.missing, "frame")) at its end without a label", "they do not count")
    }
    if let several = aligned.several {
      for id in several.joined() { labels[id, default: 0] += 1 }
    } else {
      for id in aligned.ids where id >= 0 { labels[id, default: 0] += 1 }
    }
    if frames > 0, labels.isEmpty, aligned.several == nil {
      warn(.length, name, "has no frame with a label", "check the times of its labels")
    }
  }

  private mutating func warn(_ kind: DataFinding.Kind, _ name: String, _ what: String, _ advice: String) {
    findings.append(DataFinding(.warning, kind, name, what, advice: advice))
  }
}
