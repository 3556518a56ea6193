import Diagnostics

/// What scores of single frames reach without learning from time: the largest score of each frame, and ``ViterbiSmoother``.
package struct SegmentationBaselines: Sendable {
  /// The figures of a fold that was left out, or of all of them together.
  package struct Figures: Sendable {
    package var largest: FrameScores
    package var viterbi: FrameScores
  }

  private static let scales: [Float] = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8]

  /// The numbers of the folds.
  package let folds: [Int]
  /// The figures of each.
  package private(set) var figures: [Figures] = []
  /// The scale that the smoother got for each, chosen on the other folds.
  package private(set) var scales: [Float] = []
  /// The figures over all clips, each by what was counted and chosen on the other folds.
  package private(set) var all: Figures

  /// Measures a data set of a folder of scores, each fold with the others to count on.
  ///
  /// The smoother's scale is the one with the best sum of frame accuracy and edit score on the folds that it was counted on.
  /// Throws as ``ScoreFolder/load(_:testFold:note:)`` does.
  package init(_ folder: ScoreFolder, _ dataset: String, background: Set<Int32> = [], note: (String) -> Void) throws {
    folds = folder.folds(of: dataset)
    var all: Figures?
    for fold in folds {
      let clips = try folder.load(dataset, testFold: fold, note: note)
      let none = FrameScores(labels: clips.labels.count, background: background)
      var smoother = ViterbiSmoother(labels: clips.labels.count, countedOn: clips.train.map(\.frameIDs))
      var best: (scale: Float, sum: Double) = (1, -1)
      for scale in Self.scales {
        smoother.scale = scale
        var scores = none
        try scores.add(clips.train) { smoother.labels($0) }
        let sum = 100 * scores.accuracy + scores.edit
        if sum > best.sum { best = (scale, sum) }
      }
      smoother.scale = best.scale
      var (ofFold, ofAll) = (Figures(largest: none, viterbi: none), all ?? Figures(largest: none, viterbi: none))
      try ofFold.add(clips.test, smoother)
      try ofAll.add(clips.test, smoother)
      figures.append(ofFold)
      scales.append(best.scale)
      all = ofAll
    }
    guard let all else { throw UnrollError(.usage, "'\(dataset)' has no folds", advice: "choose another data set") }
    self.all = all
  }
}

extension SegmentationBaselines.Figures {
  fileprivate mutating func add(_ clips: [LabelledClip], _ smoother: ViterbiSmoother) throws {
    try largest.add(clips, \.largestPerFrame)
    try viterbi.add(clips) { smoother.labels($0) }
  }
}

extension FrameScores {
  /// Adds clips whose labels `label` gives from their features.
  fileprivate mutating func add(_ clips: [LabelledClip], _ label: (FeatureMatrix) -> [Int32]) throws {
    for clip in clips {
      guard case .features(let features) = clip.content else { continue }
      try add(predicted: label(features), truth: clip.frameIDs, clip: clip.name)
    }
  }
}

extension LabelledClip {
  /// The label of each frame where it is known without the frames, otherwise none.
  fileprivate var frameIDs: [Int32] {
    if case .perFrame(let ids) = labels { ids } else { [] }
  }
}

extension FeatureMatrix {
  /// The place of the largest number of each frame, the first of equals.
  package var largestPerFrame: [Int32] {
    (0..<frames).map { frame in
      let row = self[frame]
      return Int32((row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 }) - row.startIndex)
    }
  }
}
