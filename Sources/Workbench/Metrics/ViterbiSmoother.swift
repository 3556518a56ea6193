import Foundation

/// Labels of frames by a hidden Markov model: what follows what is counted, what frames look like is taken from scores.
///
/// Over the scores of a classifier of single frames it is a baseline; over a network's log-probabilities, `model.decoding:
/// viterbi`. The best sequence is found exactly (Viterbi 1967).
package struct ViterbiSmoother: Sendable {
  /// Labels V.
  package let labelCount: Int
  /// What scores are multiplied by before they become probabilities: the larger, the less the counts matter.
  package var scale: Float
  /// V logarithms of the probability to begin with a label.
  package let starts: [Double]
  /// V × V logarithms of the probability that the row is followed by the column.
  package let transitions: [Double]

  /// A smoother with logarithms that were counted before: V to begin with, and V × V to go on with.
  package init(starts: [Double], transitions: [Double], scale: Float) {
    precondition(transitions.count == starts.count * starts.count, "a number for each pair of labels")
    labelCount = starts.count
    self.starts = starts
    self.transitions = transitions
    self.scale = scale
  }

  /// Counts on clips with a label for every frame; each count begins at `smoothing`. Frames without a label break a clip.
  package init(labels: Int, countedOn clips: [[Int32]], smoothing: Double = 1, scale: Float = 1) {
    labelCount = labels
    self.scale = scale
    var first = [Double](repeating: smoothing, count: labels)
    var pairs = [Double](repeating: smoothing, count: labels * labels)
    for clip in clips {
      if let label = clip.first, label >= 0 { first[Int(label)] += 1 }
      for (from, to) in zip(clip, clip.dropFirst()) where from >= 0 && to >= 0 {
        pairs[Int(from) * labels + Int(to)] += 1
      }
    }
    let sum = first.reduce(0, +)
    starts = first.map { log($0 / sum) }
    transitions = (0..<labels).flatMap { from in
      let row = pairs[from * labels..<(from + 1) * labels]
      let sum = row.reduce(0, +)
      return row.map { log($0 / sum) }
    }
  }

  /// The most probable labels of a clip with F × V scores; of equals the lower ids.
  ///
  /// - Parameter last: The label of the frame before, where the clip goes on; nil at its beginning.
  package func labels(_ scores: FeatureMatrix, after last: Int32? = nil) -> [Int32] {
    precondition(scores.dimensions == labelCount, "a score for each label")
    guard scores.frames > 0 else { return [] }
    let first = last.map { Array(transitions[Int($0) * labelCount..<(Int($0) + 1) * labelCount]) } ?? starts
    var best = zip(first, emissions(scores[0])).map { $0 + $1 }
    var origins = [Int32](repeating: 0, count: scores.frames * labelCount)
    for frame in 1..<max(1, scores.frames) {
      let emission = emissions(scores[frame])
      var next = [Double](repeating: 0, count: labelCount)
      for to in 0..<labelCount {
        var top = (from: 0, value: -Double.infinity)
        for from in 0..<labelCount {
          let value = best[from] + transitions[from * labelCount + to]
          if value > top.value { top = (from, value) }
        }
        next[to] = top.value + emission[to]
        origins[frame * labelCount + to] = Int32(top.from)
      }
      best = next
    }
    var label = Int32(best.indices.reduce(0) { best[$1] > best[$0] ? $1 : $0 })
    var path = [label]
    for frame in stride(from: scores.frames - 1, to: 0, by: -1) {
      label = origins[frame * labelCount + Int(label)]
      path.append(label)
    }
    return path.reversed()
  }

  /// The logarithm of the probability of a sequence, up to what all sequences share.
  package func logProbability(of path: [Int32], _ scores: FeatureMatrix) -> Double {
    var sum = 0.0
    for (frame, label) in path.enumerated() {
      sum += emissions(scores[frame])[Int(label)]
      sum += frame == 0 ? starts[Int(label)] : transitions[Int(path[frame - 1]) * labelCount + Int(label)]
    }
    return sum
  }

  /// The logarithm of the softmax of the scaled scores of a frame.
  private func emissions(_ scores: ArraySlice<Float>) -> [Double] {
    let scaled = scores.map { Double(scale * $0) }
    let most = scaled.max() ?? 0
    let sum = log(scaled.reduce(0) { $0 + exp($1 - most) })
    return scaled.map { $0 - most - sum }
  }
}
