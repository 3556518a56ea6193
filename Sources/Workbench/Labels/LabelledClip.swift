package import Foundation

/// What the frames of a clip are.
package enum ClipContent: Sendable, Equatable {
  /// A video file.
  case video(URL)
  /// A NumPy file `.npy` with a column a frame, [D, F], as the temporal segmentation community has them.
  case featureFile(URL)
  /// Features in memory.
  case features(FeatureMatrix)
}

/// What is known of the frames of a clip. A label is an id of the ``LabelNames`` that come with it.
package enum FrameLabels: Sendable, Equatable {
  /// The label of each frame; ``none`` for a frame without.
  case perFrame([Int32])
  /// The labels of each frame, ascending, for clips whose frames may have none, one or several.
  case severalPerFrame([[Int32]])
  /// Labels from one time to another, by the timestamps of the file. Frames in no span have the label `outside`, or ``none``.
  case spans([LabelSpan], outside: Int32)
  /// One label for the whole clip.
  case clip(Int32)
  /// None: of clips that have captions instead.
  case unlabelled

  /// The id that stands for "no label": such frames do not count in the loss nor in the scores.
  package static let none: Int32 = -1
}

/// A label for the frames whose time is in `start..<end`. Times are compared to the microsecond.
package struct LabelSpan: Sendable, Equatable {
  package var start: Duration
  package var end: Duration
  package var label: Int32
  /// The table that it stands in, as messages call it, and its line there; nil where it comes from elsewhere.
  package var table: String?
  package var line: Int?

  package init(start: Duration, end: Duration, label: Int32, table: String? = nil, line: Int? = nil) {
    self.start = start
    self.end = end
    self.label = label
    self.table = table
    self.line = line
  }
}

/// A clip with what is known of its frames.
package struct LabelledClip: Sendable, Equatable {
  /// The name without ending, as label files and results have it.
  package var name: String
  package var content: ClipContent
  package var labels: FrameLabels
  /// What clips share that must not be in two splits, such as the person filmed; the name where nothing is known.
  package var group: String

  package init(name: String, content: ClipContent, labels: FrameLabels, group: String? = nil) {
    self.name = name
    self.content = content
    self.labels = labels
    self.group = group ?? name
  }

  /// The file that the frames are in, nil for features in memory.
  package var file: URL? {
    switch content {
    case .video(let url), .featureFile(let url): url
    case .features: nil
    }
  }

  /// The name for errors: that of the file, where there is one.
  var shownName: String { file?.relativePath ?? name }
}

/// Labelled clips, in splits.
package struct LabelledClips: Sendable {
  package var labels: LabelNames
  package var train: [LabelledClip] = []
  package var valid: [LabelledClip] = []
  package var test: [LabelledClip] = []
  /// The files that say what belongs together, with their digests: lists and labels by content, clips by name and size.
  package var files: [FileRecord] = []

  package init(labels: LabelNames) { self.labels = labels }

  /// All clips with the name of their split.
  package var all: [(split: String, clip: LabelledClip)] {
    [("train", train), ("valid", valid), ("test", test)].flatMap { split, clips in clips.map { (split, $0) } }
  }

  /// Moves about `share` (0 to 1) of the training clips to the validation clips: whole groups, evenly spread, always the same.
  /// One group at least stays.
  package mutating func holdOut(_ share: Double) {
    var known: Set<String> = []
    let groups = train.map(\.group).filter { known.insert($0).inserted }
    let count = min(groups.count - 1, max(1, Int((share * Double(groups.count)).rounded())))
    guard share > 0, count > 0 else { return }
    // The middle of each of `count` equal parts.
    let held = Set((0..<count).map { groups[(2 * $0 + 1) * groups.count / (2 * count)] })
    valid += train.filter { held.contains($0.group) }
    train.removeAll { held.contains($0.group) }
  }
}
