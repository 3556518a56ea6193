import CKernels

/// What a cross-entropy gives: the loss to go back from, and the plain negative log-likelihood to report.
package typealias CrossEntropy = (loss: Tensor, negativeLogLikelihood: Double)

extension Tensor {
  /// Cross-entropy of these logits `[..., V]` with one label a row, summed over the rows whose label is not
  /// `ignoring`. With label smoothing e the target has 1 - e on the label plus e spread evenly over all V classes
  /// (Szegedy et al., 2016), as in PyTorch. The negative log-likelihood, in nats, is without smoothing.
  package func crossEntropy(labels: [Int32], ignoring: Int32 = -1, labelSmoothing: Float = 0) -> CrossEntropy {
    let labels = Labels(ids: labels, ignored: ignoring, smoothing: labelSmoothing)
    guard node != nil else {
      let sums = labels.crossEntropy(of: self)
      return (Tensor(Float(sums.loss)), sums.negativeLogLikelihood)
    }
    // The way back needs nothing but the gradient of the logits, which is made now in place of a copy of them.
    let scratch = Tensor(uninitialized: shape)
    eachRange(of: count) { range in
      store(range.count, pointer + range.lowerBound, into: scratch.base + range.lowerBound, accumulate: false)
    }
    let sums = labels.turnIntoGradient(scratch, scale: 1)
    let index = operand
    let loss = result(Tensor(Float(sums.loss)), of: self) { tape, gradient in
      tape.accumulate(gradient.scalar == 1 ? scratch : scaled(scratch, by: gradient.scalar), into: index)
    }
    return (loss, sums.negativeLogLikelihood)
  }
}

/// The cross-entropy of the logits x · weightᵀ + bias, with rows x `[..., H]`, weight `[V, H]` and bias `[V]`, summed
/// over the rows whose label is not `ignoring` and times `scale` (the negative log-likelihood is plain).
///
/// The last layer and the loss of training in one, because the logits are by far the largest tensor of a step: they
/// are made once, and turned into their gradient in place.
package func linearCrossEntropy(
  _ x: Tensor, weight: Tensor, bias: Tensor?, labels: [Int32], ignoring: Int32 = -1, labelSmoothing: Float = 0,
  scale: Float = 1
) -> CrossEntropy {
  precondition(
    weight.rank == 2 && weight.columns == x.columns && (bias.map { $0.shape == [weight.shape[0]] } ?? true),
    "linear cross-entropy of \(x.shape) with weight \(weight.shape) and bias \(bias?.shape ?? [])")
  let labels = Labels(ids: labels, ignored: ignoring, smoothing: labelSmoothing)
  let (rows, width, classes) = (x.rows, x.columns, weight.shape[0])
  let (input, w) = (x.detached, weight.detached)
  let logits = Tensor(uninitialized: [rows, classes])
  multiplyInParallel(
    rows, classes, width, input.pointer, width, w.pointer, width, transposeB: true, into: logits.base, classes)
  guard x.node != nil || weight.node != nil || bias?.node != nil else {
    let sums = labels.crossEntropy(of: bias.map { logits + $0.detached } ?? logits)
    return (Tensor(scale * Float(sums.loss)), sums.negativeLogLikelihood)
  }
  let sums = labels.turnIntoGradient(logits, bias: bias, scale: scale)
  let indices = (x: x.operand, weight: weight.operand, bias: bias?.operand)
  let loss = result(Tensor(scale * Float(sums.loss)), of: x, weight, bias) { tape, gradient in
    let upstream = gradient.scalar
    let g = upstream == 1 ? logits : scaled(logits, by: upstream)
    tape.accumulate(into: indices.x, shape: input.shape) { target, accumulate in
      multiplyInParallel(
        rows, width, classes, g.pointer, classes, w.pointer, width, into: target, width, accumulate: accumulate)
    }
    tape.accumulate(into: indices.weight, shape: w.shape) { target, accumulate in
      multiplyInParallel(
        classes, width, rows, g.pointer, classes, transposeA: true, input.pointer, width, into: target, width,
        accumulate: accumulate)
    }
    tape.accumulate(into: indices.bias, shape: [classes]) { target, accumulate in
      sumColumns(g.pointer, rows: rows, columns: classes, into: target, accumulate: accumulate)
    }
  }
  return (loss, sums.negativeLogLikelihood)
}

/// What the rows of logits should say.
private struct Labels {
  /// One class a row.
  let ids: [Int32]
  /// Rows with this label do not count.
  let ignored: Int32
  let smoothing: Float

  typealias Sums = (loss: Double, negativeLogLikelihood: Double)

  /// The sums for logits that are only read.
  func crossEntropy(of logits: Tensor) -> Sums {
    let x = logits.pointer
    return sumOverParts(of: logits) { first, rows, labels in
      var sums: Sums = (0, 0)
      unroll_cross_entropy_loss(
        rows, logits.columns, x + first * logits.columns, labels, ignored, smoothing, &sums.loss,
        &sums.negativeLogLikelihood, nil)
      return sums
    }
  }

  /// The sums for fresh logits (to which `bias` is added), which become `scale` times their gradient.
  func turnIntoGradient(_ logits: Tensor, bias: Tensor? = nil, scale: Float) -> Sums {
    let (x, classes) = (logits.base, logits.columns)
    return sumOverParts(of: logits) { first, rows, labels in
      var total: Sums = (0, 0)
      // A few rows at a time, so that the bias and the loss find the logits in the cache.
      let step = max(1, 65_536 / max(classes, 1))
      for start in stride(from: 0, to: rows, by: step) {
        let (count, row) = (min(step, rows - start), x + (first + start) * classes)
        if let bias { unroll_add_row(count, classes, row, bias.pointer, row) }
        var sums: Sums = (0, 0)
        unroll_softmax_cross_entropy(
          count, classes, row, labels + start, ignored, smoothing, scale, &sums.loss, &sums.negativeLogLikelihood, nil)
        total.loss += sums.loss
        total.negativeLogLikelihood += sums.negativeLogLikelihood
      }
      return total
    }
  }

  /// Shares the rows over the threads and adds the sums of the parts in their order. `body` gets the first row, the
  /// number of rows, and their labels.
  private func sumOverParts(of logits: Tensor, _ body: (Int, Int, UnsafePointer<Int32>) -> Sums) -> Sums {
    let (rows, classes) = (logits.rows, logits.columns)
    precondition(ids.count == rows, "\(ids.count) labels for logits of shape \(logits.shape)")
    precondition(
      ids.allSatisfy { $0 == ignored || ($0 >= 0 && $0 < classes) }, "a label lies outside the \(classes) classes")
    let parts = logits.count > elementsPerFork ? Workers.shared.count : 1
    var sums = [Sums](repeating: (0, 0), count: parts)
    sums.withUnsafeMutableBufferPointer { sums in
      ids.withUnsafeBufferPointer { ids in
        Workers.shared.split(parts) { part in
          let range = share(of: rows, part: part, parts: parts)
          guard !range.isEmpty, let labels = ids.baseAddress else { return }
          sums[part] = body(range.lowerBound, range.count, labels + range.lowerBound)
        }
      }
    }
    return sums.reduce((0, 0)) { ($0.loss + $1.loss, $0.negativeLogLikelihood + $1.negativeLogLikelihood) }
  }
}
