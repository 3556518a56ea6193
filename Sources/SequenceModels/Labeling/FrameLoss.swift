package import TensorCore

/// How far labels of frames are from what they should be.
package struct FrameLoss {
  /// What a mistake at a frame of each label weighs; nil for 1.
  package let classWeights: [Float]?
  /// The probability that is spread evenly over all labels in the target (Szegedy et al., 2016).
  package let labelSmoothing: Float
  /// The weight of the term that keeps neighbouring frames alike, 0 for none (Farha and Gall, 2019: 0.15).
  package let temporalSmoothing: Float
  /// Where that term stops to grow: a difference of log-probabilities (4 in the paper).
  package let temporalThreshold: Float

  /// A loss of these terms.
  package init(
    classWeights: [Float]? = nil, labelSmoothing: Float = 0, temporalSmoothing: Float = 0, temporalThreshold: Float = 4
  ) {
    self.classWeights = classWeights
    self.labelSmoothing = labelSmoothing
    self.temporalSmoothing = temporalSmoothing
    self.temporalThreshold = temporalThreshold
  }

  /// The mean over labelled frames of the weighted cross-entropy as PyTorch's, and the smoothing term.
  ///
  /// - Parameters:
  ///   - logits: `[F, B, V]`, or `[B, V]` for one label a clip.
  ///   - labels: one a row of `logits`; -1 is ignored, and stands beyond a clip's end.
  package func callAsFunction(_ logits: Tensor, labels: [Int32]) -> SequenceLoss {
    let (rows, classes) = (logits.rows, logits.columns)
    precondition(labels.count == rows, "\(labels.count) labels for logits of shape \(logits.shape)")
    let logProbabilities = logits.logSoftmax()
    let total = labels.reduce(Float(0)) { $1 < 0 ? $0 : $0 + weight(Int($1)) }
    let scale = total > 0 ? -1 / total : 0
    // The loss is a weighted sum of log-probabilities.
    let coefficients = Tensor(zeros: logits.shape)
    var likelihood = 0.0
    for (row, label) in labels.enumerated() where label >= 0 {
      let target = coefficients.base + row * classes
      if labelSmoothing > 0 {
        for v in 0..<classes { target[v] = scale * labelSmoothing / Float(classes) * weight(v) }
      }
      target[Int(label)] += scale * (1 - labelSmoothing) * weight(Int(label))
      likelihood -= Double(logProbabilities.pointer[row * classes + Int(label)])
    }
    var loss = (logProbabilities * coefficients).sum()
    if temporalSmoothing > 0, logits.rank == 3, logits.shape[0] > 1 {
      loss = loss + roughness(logProbabilities, labels)
    }
    return SequenceLoss(mean: loss, negativeLogLikelihood: likelihood, units: labels.count { $0 >= 0 })
  }

  private func weight(_ label: Int) -> Float { classWeights?[label] ?? 1 }

  /// The mean square of the change of log-probabilities from a frame to the next, cut off at the threshold; the earlier frame
  /// counts as given (Farha and Gall, 2019).
  private func roughness(_ logProbabilities: Tensor, _ labels: [Int32]) -> Tensor {
    let (frames, batch, classes) = (
      logProbabilities.shape[0], logProbabilities.shape[1], logProbabilities.shape[2]
    )
    let before = logProbabilities.detached.slice(0..<frames - 1, axis: 0)
    let change = (logProbabilities.slice(1..<frames, axis: 0) - before).square()
    let most = temporalThreshold * temporalThreshold
    let cut = Tensor(most) - (Tensor(most) - change).relu()
    let counted = labels.dropFirst(batch).map { $0 >= 0 }
    let scale = temporalSmoothing / Float(max(1, counted.count { $0 }) * classes)
    let mask = Tensor(counted.map { $0 ? scale : 0 }, shape: [frames - 1, batch, 1])
    return (cut * mask).sum()
  }
}

/// The mean over frames and labels of the cross-entropy of independent labels: each of V may be there or not.
///
/// - Parameters:
///   - logits: `[F, B, V]`.
///   - targets: 1 or 0 for each; the rows of frames that do not count hold -1.
package func independentLabelLoss(_ logits: Tensor, targets: [Float]) -> SequenceLoss {
  let (rows, classes) = (logits.rows, logits.columns)
  precondition(targets.count == rows * classes, "\(targets.count) targets for logits of shape \(logits.shape)")
  let counted = (0..<rows).filter { targets[$0 * classes] >= 0 }.count
  let scale = 1 / Float(max(1, counted * classes))
  let mask = Tensor(targets.map { $0 >= 0 ? scale : 0 }, shape: logits.shape)
  let truth = Tensor(targets.map { max(0, $0) }, shape: logits.shape)
  // -t log σ(z) - (1 - t) log(1 - σ(z)) = max(z, 0) - t z + log(1 + e^-|z|), which never overflows.
  let size = logits.relu() + (logits * Tensor(-1)).relu()
  let softplus = ((size * Tensor(-1)).exp() + Tensor(1)).log()
  let loss = ((logits.relu() - truth * logits + softplus) * mask).sum()
  return SequenceLoss(
    mean: loss, negativeLogLikelihood: Double(loss.scalar) * Double(counted), units: counted)
}
