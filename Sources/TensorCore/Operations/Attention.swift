import CKernels

/// How a query and a key become a score.
package enum AttentionScore {
  /// q · k (Luong et al., 2015); the "general" form multiplies the keys by a matrix beforehand.
  case product
  /// v · tanh(q + k) (Bahdanau et al., 2015), `v` being `[A]`; queries and keys are multiplied by matrices beforehand.
  case additive(energy: Tensor)
}

/// Attention of every query over the states of its own source, masked by the source's length.
///
/// - Parameters:
///   - queries: `[T, B, A]`; in search T counts the hypotheses of a sentence, which share its keys.
///   - keys: `[S, B, A]`.
///   - values: `[S, B, D]`.
///   - lengths: valid positions of each source, 1…S; nil when all are.
///   - score: how scores are made.
/// - Returns: the contexts `[T, B, D]`, and the weights `[T, B, S]` (untracked; zero beyond a source's length).
package func attend(
  _ queries: Tensor, keys: Tensor, values: Tensor, lengths: [Int]?, score: AttentionScore = .product
) -> (context: Tensor, weights: Tensor) {
  let run = AttentionRun(queries, keys, values, lengths, score)
  let (context, weights) = run.forward()
  var energy: Tensor?
  if case .additive(let vector) = score { energy = vector }
  let (queryIndex, keyIndex, valueIndex, energyIndex) = (queries.operand, keys.operand, values.operand, energy?.operand)
  let tracked = result(context, of: queries, keys, values, energy) { tape, gradient in
    let scores = run.scoreGradients(gradient, weights)
    tape.accumulate(into: valueIndex, shape: values.shape) { run.addValueGradients(gradient, weights, $0, $1) }
    switch run.score {
    case .product:
      tape.accumulate(into: queryIndex, shape: queries.shape) { run.addQueryGradients(scores, $0, $1) }
      tape.accumulate(into: keyIndex, shape: keys.shape) { run.addKeyGradients(scores, $0, $1) }
    case .additive(let vector):
      let (dQuery, dKey, dEnergy) = run.additiveGradients(scores, vector)
      tape.accumulate(dQuery, into: queryIndex)
      tape.accumulate(dKey, into: keyIndex)
      tape.accumulate(dEnergy, into: energyIndex)
    }
  }
  return (tracked, weights)
}

/// The operands of one attention and its loops; a batch row is a matrix inside the time-major tensors, reached with
/// strides, so nothing is transposed or copied.
private struct AttentionRun {
  let queries: Tensor
  let keys: Tensor
  let values: Tensor
  let lengths: [Int]?
  let score: AttentionScore
  /// T, B, S, A and D.
  let (steps, batch, positions, width, depth): (Int, Int, Int, Int, Int)

  init(_ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ lengths: [Int]?, _ score: AttentionScore) {
    precondition(
      queries.rank == 3 && keys.rank == 3 && values.rank == 3 && queries.shape[1...] == keys.shape[1...]
        && keys.shape[..<2] == values.shape[..<2],
      "attention of queries \(queries.shape) over keys \(keys.shape) and values \(values.shape)")
    precondition(
      lengths.map { $0.count == keys.shape[1] && $0.allSatisfy { (1...keys.shape[0]).contains($0) } } ?? true,
      "source lengths \(lengths ?? []) do not fit keys \(keys.shape)")
    self.queries = queries.detached
    self.keys = keys.detached
    self.values = values.detached
    self.lengths = lengths
    switch score {
    case .product: self.score = .product
    case .additive(let energy): self.score = .additive(energy: energy.detached)
    }
    steps = queries.shape[0]
    batch = queries.shape[1]
    positions = keys.shape[0]
    width = keys.shape[2]
    depth = values.shape[2]
  }

  private func length(_ row: Int) -> Int { lengths?[row] ?? positions }

  func forward() -> (context: Tensor, weights: Tensor) {
    let weights = Tensor(zeros: [steps, batch, positions])
    let context = Tensor(uninitialized: [steps, batch, depth])
    eachMatrix(batch) { row in
      let scores = weights.base + row * positions
      let stride = batch * positions
      switch score {
      case .product:
        multiply(
          steps, length(row), width, queries.pointer + row * width, batch * width, keys.pointer + row * width,
          batch * width, transposeB: true, into: scores, stride)
      case .additive(let energy):
        unroll_additive_scores(
          steps, length(row), width, queries.pointer + row * width, batch * width, keys.pointer + row * width,
          batch * width, energy.pointer, scores, stride)
      }
      for step in 0..<steps {
        let line = scores + step * stride
        unroll_softmax(1, length(row), line, nil, line)
      }
      multiply(
        steps, depth, length(row), scores, stride, values.pointer + row * depth, batch * depth,
        into: context.base + row * depth, batch * depth)
    }
    return (context, weights)
  }

  /// The gradients of the scores `[T, B, S]`, through the weighted sum and the softmax.
  func scoreGradients(_ gradient: Tensor, _ weights: Tensor) -> Tensor {
    let scores = Tensor(zeros: weights.shape)
    eachMatrix(batch) { row in
      let stride = batch * positions
      let target = scores.base + row * positions
      multiply(
        steps, length(row), depth, gradient.pointer + row * depth, batch * depth, values.pointer + row * depth,
        batch * depth, transposeB: true, into: target, stride)
      for step in 0..<steps {
        let line = target + step * stride
        unroll_softmax_backward(
          1, length(row), weights.pointer + row * positions + step * stride, line, nil, line, false)
      }
    }
    return scores
  }

  func addValueGradients(_ gradient: Tensor, _ weights: Tensor, _ target: UnsafeMutablePointer<Float>, _ adding: Bool) {
    addTransposed(weights, gradient, depth, into: target, adding)
  }

  func addKeyGradients(_ scores: Tensor, _ target: UnsafeMutablePointer<Float>, _ adding: Bool) {
    addTransposed(scores, queries, width, into: target, adding)
  }

  /// target [S, B, N] (+)= for each batch row left [T, S]ᵀ · right [T, N].
  private func addTransposed(
    _ left: Tensor, _ right: Tensor, _ columns: Int, into target: UnsafeMutablePointer<Float>, _ adding: Bool
  ) {
    if !adding && lengths != nil { target.update(repeating: 0, count: positions * batch * columns) }
    eachMatrix(batch) { row in
      multiply(
        length(row), columns, steps, left.pointer + row * positions, batch * positions, transposeA: true,
        right.pointer + row * columns, batch * columns, into: target + row * columns, batch * columns,
        accumulate: adding)
    }
  }

  func addQueryGradients(_ scores: Tensor, _ target: UnsafeMutablePointer<Float>, _ adding: Bool) {
    eachMatrix(batch) { row in
      multiply(
        steps, width, length(row), scores.pointer + row * positions, batch * positions, keys.pointer + row * width,
        batch * width, into: target + row * width, batch * width, accumulate: adding)
    }
  }

  func additiveGradients(_ scores: Tensor, _ energy: Tensor) -> (query: Tensor, key: Tensor, energy: Tensor) {
    let query = Tensor(zeros: queries.shape)
    let key = Tensor(zeros: keys.shape)
    // One row of sums a batch row, added up in order afterwards.
    let energies = Tensor(zeros: [batch, width])
    eachMatrix(batch) { row in
      unroll_additive_scores_backward(
        steps, length(row), width, queries.pointer + row * width, batch * width, keys.pointer + row * width,
        batch * width, energy.pointer, scores.pointer + row * positions, batch * positions, query.base + row * width,
        batch * width, key.base + row * width, batch * width, energies.base + row * width)
    }
    let sums = Tensor(uninitialized: energy.shape)
    unroll_column_sums(batch, width, energies.pointer, sums.base, false)
    return (query, key, sums)
  }
}
