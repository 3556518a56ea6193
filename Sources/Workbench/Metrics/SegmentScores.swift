/// How well the segments of a clip were found, whatever their exact ends.
package enum SegmentScores {
  /// Found, wrongly found and missed segments.
  package struct Counts: Sendable, Equatable {
    package var found = 0
    package var wrong = 0
    package var missed = 0

    /// 2 · found / (2 · found + wrong + missed), 0 to 1; 1 where there is nothing to find and nothing was.
    package var f1: Double {
      let all = 2 * found + wrong + missed
      return all == 0 ? 1 : Double(2 * found) / Double(all)
    }

    package static func += (sum: inout Counts, other: Counts) {
      sum.found += other.found
      sum.wrong += other.wrong
      sum.missed += other.missed
    }
  }

  /// 1 − the Levenshtein distance between the labels of both sequences of segments, divided by the longer of them; 0 to 1.
  ///
  /// The segmental edit score of Lea, Reiter, Vidal and Hager 2016. Two empty sequences are equal.
  package static func edit(_ predicted: [LabelRun], _ truth: [LabelRun]) -> Double {
    let longer = max(predicted.count, truth.count)
    guard longer > 0 else { return 1 }
    let distance = editDistance(predicted.map(\.label), truth.map(\.label))
    return 1 - Double(distance) / Double(longer)
  }

  /// Compares each predicted segment, in the order of time, with the true one of the same label that it overlaps most (the first
  /// of equals): found when intersection over union is `overlap` at least and that one was not found before, wrong otherwise.
  ///
  /// The F1@k of Lea, Flynn, Vidal, Reiter and Hager 2017, as Farha and Gall 2019 (MS-TCN) use it. Segments end before their
  /// last frame's successor; MS-TCN's own script ends the last one of a clip a frame earlier.
  package static func counts(_ predicted: [LabelRun], _ truth: [LabelRun], overlap: Double) -> Counts {
    var counts = Counts()
    var isFound = [Bool](repeating: false, count: truth.count)
    for segment in predicted {
      var best: (place: Int, overlap: Double)?
      for (place, candidate) in truth.enumerated() where candidate.label == segment.label {
        let common = segment.frames.clamped(to: candidate.frames).count
        guard common > 0 else { continue }
        let ratio = Double(common) / Double(segment.frames.count + candidate.frames.count - common)
        if ratio > best?.overlap ?? 0 { best = (place, ratio) }
      }
      if let best, best.overlap >= overlap, !isFound[best.place] {
        isFound[best.place] = true
        counts.found += 1
      } else {
        counts.wrong += 1
      }
    }
    counts.missed = truth.count - counts.found
    return counts
  }
}
