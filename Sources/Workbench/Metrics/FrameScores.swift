import Diagnostics

/// How well the frames of clips were labelled, added up clip by clip.
///
/// Frames without a true label (``FrameLabels/none``) are left out of everything. Background labels are left out of the edit score,
/// of F1 and of word accuracy.
package struct FrameScores: Sendable, Equatable {
  /// The shares of overlap that F1 is given for, in percent.
  package static let overlaps = [10, 25, 50]

  /// The ids that are background.
  package let background: Set<Int32>
  package private(set) var clips = 0
  package private(set) var confusion: ConfusionMatrix
  private var edits = 0.0
  private var segments = [SegmentScores.Counts](repeating: .init(), count: overlaps.count)
  private var words = (hits: 0, all: 0)

  /// Starts with no clip, for `labels` labels.
  package init(labels: Int, background: Set<Int32> = []) {
    self.background = background
    confusion = ConfusionMatrix(labels: labels)
  }

  /// Adds a clip: the labels that its frames were given, and those that they have.
  ///
  /// Throws `.badData` when one has more frames than the other.
  package mutating func add(predicted: [Int32], truth: [Int32], clip: String? = nil) throws {
    guard predicted.count == truth.count else {
      throw UnrollError(
        .badData, file: clip,
        "\(counted(predicted.count, "frame")) were labelled, and \(truth.count) have a true label",
        advice: "label every frame")
    }
    let known = truth.indices.filter { truth[$0] >= 0 }
    guard !known.isEmpty else { return }
    let (predicted, truth) = (known.map { predicted[$0] }, known.map { truth[$0] })
    clips += 1
    for (given, label) in zip(predicted, truth) { confusion.add(truth: label, predicted: given) }
    let (found, wanted) = (foreground(predicted), foreground(truth))
    edits += SegmentScores.edit(found, wanted)
    for (place, percent) in Self.overlaps.enumerated() {
      segments[place] += SegmentScores.counts(found, wanted, overlap: Double(percent) / 100)
    }
    for run in wanted {
      words.all += 1
      words.hits += Self.mostFrequent(predicted[run.frames]) == run.label ? 1 : 0
    }
  }

  private func foreground(_ labels: [Int32]) -> [LabelRun] {
    LabelRun.all(in: labels).filter { $0.label >= 0 && !background.contains($0.label) }
  }

  /// The label that most frames have; of equals the one that comes first in time.
  private static func mostFrequent(_ labels: ArraySlice<Int32>) -> Int32? {
    var counts: [Int32: Int] = [:]
    for label in labels { counts[label, default: 0] += 1 }
    let most = counts.values.max()
    return labels.first { counts[$0] == most }
  }

  /// Frames with a true label.
  package var frames: Int { confusion.frames }

  /// The share of frames that were given their label.
  package var accuracy: Double { share(confusion.hits, frames) }

  /// The same over the frames whose label is not background.
  package var accuracyWithoutBackground: Double {
    let classes = confusion.classes.filter { !background.contains(Int32($0.label)) }
    return share(classes.reduce(0) { $0 + $1.hits }, classes.reduce(0) { $0 + $1.frames })
  }

  /// The segmental edit score, 0 to 100, the mean over the clips.
  package var edit: Double { clips == 0 ? 0 : 100 * edits / Double(clips) }

  /// F1 of segments that overlap by a share of ``overlaps``, 0 to 100, over the segments of all clips.
  package func f1(at percent: Int) -> Double {
    Self.overlaps.firstIndex(of: percent).map { 100 * segments[$0].f1 } ?? 0
  }

  /// True segments whose most frequent predicted label is theirs (of equals the first in time), as a share of all true segments:
  /// word accuracy where labels are words.
  package var segmentAccuracy: Double { share(words.hits, words.all) }

  private func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  package static func == (a: FrameScores, b: FrameScores) -> Bool {
    a.background == b.background && a.clips == b.clips && a.confusion == b.confusion && a.edits == b.edits
      && a.segments == b.segments && a.words == b.words
  }
}
