import Diagnostics
import Foundation
package import VideoIO

/// Labels laid beside the frames that a clip really has.
package struct AlignedLabels: Sendable, Equatable {
  /// The label of each frame; ``FrameLabels/none`` for a frame without. Of several labels the first is here.
  package var ids: [Int32]
  /// All labels of each frame, for clips whose frames may have several; nil for others.
  package var several: [[Int32]]?
  /// Labels at the end that no frame was there for.
  package var surplus = 0
  /// Frames at the end that no label was there for.
  package var missing = 0
  /// Frames in no span, of labels between times.
  package var outside = 0
}

extension LabelledClip {
  /// So many labels at the end may be too many or too few: files are often a frame or two shorter than their labels.
  package static let tolerance = 3

  /// The labels of the frames of a video, which are shown at `times`.
  ///
  /// Throws `.badData` when the numbers of frames and labels are more than ``tolerance`` apart, or when spans overlap although
  /// `isMultiLabel` is false.
  package func aligned(to times: [Timestamp], isMultiLabel: Bool = false) throws -> AlignedLabels {
    guard case .spans(let spans, let outside) = labels else { return try aligned(toFrames: times.count) }
    let ranges = spans.map { (range: $0.start.microsecondsRounded..<$0.end.microsecondsRounded, label: $0.label) }
    let several = try times.map { time in
      let found = Set(ranges.filter { $0.range.contains(time.microseconds) }.map { $0.label }).sorted()
      guard isMultiLabel || found.count < 2 else {
        throw UnrollError(
          .badData, file: shownName, "two labels overlap at \(time) s", advice: "make one end where the other begins")
      }
      return found
    }
    return AlignedLabels(
      ids: several.map { $0.first ?? outside }, several: isMultiLabel ? several : nil,
      outside: several.count(where: \.isEmpty))
  }

  /// The labels of `count` frames, for labels that do not need to know their times.
  ///
  /// Throws `.badData` for spans, which do, and when the numbers of frames and labels are more than ``tolerance`` apart.
  package func aligned(toFrames count: Int) throws -> AlignedLabels {
    switch labels {
    case .clip(let id): return AlignedLabels(ids: Array(repeating: id, count: count))
    case .unlabelled: return AlignedLabels(ids: Array(repeating: FrameLabels.none, count: count))
    case .perFrame(let ids):
      let fitted = try fitted(ids, to: count, filler: FrameLabels.none)
      return AlignedLabels(ids: fitted, surplus: max(0, ids.count - count), missing: max(0, count - ids.count))
    case .severalPerFrame(let several):
      let fitted = try fitted(several, to: count, filler: [])
      return AlignedLabels(
        ids: fitted.map { $0.first ?? FrameLabels.none }, several: fitted, surplus: max(0, several.count - count),
        missing: max(0, count - several.count))
    case .spans:
      throw UnrollError(
        .badData, file: shownName, "labels between times need a video, and these are features",
        advice: "give a label for every frame")
    }
  }

  private func fitted<Label>(_ labels: [Label], to count: Int, filler: Label) throws -> [Label] {
    guard abs(labels.count - count) <= Self.tolerance else {
      throw UnrollError(
        .badData, file: shownName, "has \(counted(count, "frame")), and there are \(counted(labels.count, "label"))",
        advice: "give a label for every frame; \(Self.tolerance) too many or too few are allowed")
    }
    return labels.prefix(count) + Array(repeating: filler, count: max(0, count - labels.count))
  }
}

extension Duration {
  /// The nearest whole microsecond.
  var microsecondsRounded: Int64 {
    let (seconds, attoseconds) = components
    let half: Int64 = attoseconds < 0 ? -500_000_000_000 : 500_000_000_000
    return seconds * 1_000_000 + (attoseconds + half) / 1_000_000_000_000
  }
}
