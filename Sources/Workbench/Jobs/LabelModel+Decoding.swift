import Foundation
import TensorCore

extension LabelModel {
  /// The labels of some frames with probabilities `[F][V]`: each frame's most probable, or the most probable sequence.
  ///
  /// - Parameter last: The label of the frame before, where these go on a clip.
  func decode(_ probabilities: ArraySlice<Float>, after last: Int32?) -> [Int32] {
    let classes = labels.count
    let frames = probabilities.count / classes
    if let smoother {
      let logarithms = probabilities.map { log(max($0, 1e-30)) }
      return smoother.labels(FeatureMatrix(frames: frames, dimensions: classes, values: logarithms), after: last)
    }
    return (0..<frames).map { frame in
      let start = probabilities.startIndex + frame * classes
      return Int32(((start..<start + classes).max { probabilities[$0] < probabilities[$1] } ?? start) - start)
    }
  }

  /// The labels of a clip with probabilities `[F][V]`, window after window as a stream gets them.
  package func decode(_ probabilities: [Float]) -> [Int32] {
    let window = max(section.window, 1) * labels.count
    var ids: [Int32] = []
    for start in stride(from: 0, to: probabilities.count, by: window) {
      ids += decode(probabilities[start..<min(start + window, probabilities.count)], after: ids.last)
    }
    return ids
  }
}

extension ViterbiSmoother {
  /// What was counted as a file of weights holds it: `decoding.starts` `[V]` and `decoding.transitions` `[V, V]`.
  var parameters: [NamedParameter] {
    [
      ("decoding.starts", Parameter(Tensor(starts.map(Float.init), shape: [labelCount]))),
      (
        "decoding.transitions",
        Parameter(Tensor(transitions.map(Float.init), shape: [labelCount, labelCount]))
      ),
    ]
  }

  /// What ``parameters`` gave.
  init(_ parameters: [NamedParameter], scale: Float) {
    let values = parameters.map { $0.parameter.value.values.map(Double.init) }
    self.init(starts: values[0], transitions: values[1], scale: scale)
  }
}
