/// How well scores put what has a label before what has it not.
package enum AveragePrecision: String, Sendable, CaseIterable {
  /// The sum over thresholds of precision times the gain in recall, as scikit-learn's `average_precision_score`.
  case nonInterpolated = "non-interpolated"
  /// The mean over recall 0, 0.1, … 1 of the best precision at that recall or more (PASCAL VOC 2007, Everingham et al. 2010).
  case elevenPoint = "11-point"

  /// The average precision, 0 to 1; nil where nothing has the label. Things with equal scores are taken together.
  package func score(_ scores: [Float], isPositive: [Bool]) -> Double? {
    precondition(scores.count == isPositive.count, "a score for each")
    let positives = isPositive.count { $0 }
    guard positives > 0 else { return nil }
    var points: [(hits: Int, taken: Int)] = []
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var hits = 0
    for (place, index) in order.enumerated() {
      hits += isPositive[index] ? 1 : 0
      if place + 1 == order.count || scores[order[place + 1]] != scores[index] { points.append((hits, place + 1)) }
    }
    switch self {
    case .nonInterpolated:
      var before = 0
      return points.reduce(0.0) { sum, point in
        defer { before = point.hits }
        return sum + Double(point.hits - before) / Double(positives) * Double(point.hits) / Double(point.taken)
      }
    case .elevenPoint:
      return (0...10).reduce(0.0) { sum, tenth in
        // In whole numbers: 3 of 10 is a recall of 0.3.
        sum
          + (points.filter { 10 * $0.hits >= tenth * positives }.map { Double($0.hits) / Double($0.taken) }.max() ?? 0)
      } / 11
    }
  }

  /// The mean over the labels that some frame has, 0 to 1; nil where no frame has any.
  ///
  /// - Parameters:
  ///   - scores: F × V, the higher the likelier.
  ///   - labels: all labels of each of the F frames.
  package func mean(_ scores: FeatureMatrix, labels: [[Int32]]) -> Double? {
    let sets = labels.map(Set.init)
    let values = (0..<scores.dimensions).compactMap { label in
      score(
        (0..<scores.frames).map { scores.values[$0 * scores.dimensions + label] },
        isPositive: sets.map { $0.contains(Int32(label)) })
    }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
