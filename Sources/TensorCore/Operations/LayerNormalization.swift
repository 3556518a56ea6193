import CKernels

extension Tensor {
  /// Layer normalisation over the last axis (Ba et al., 2016): every row gets mean 0 and variance 1 (biased, `epsilon`
  /// under the root), then times `weight` `[D]` plus `bias` `[D]`.
  package func layerNormalized(weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let (rows, columns) = (rows, columns)
    precondition(
      weight.shape == [columns] && bias.shape == [columns],
      "layer normalisation of \(shape) with weight \(weight.shape) and bias \(bias.shape)")
    let (x, gain, shift) = (detached, weight.detached, bias.detached)
    let output = Tensor(uninitialized: shape)
    let (means, inverses) = (Tensor(uninitialized: [rows]), Tensor(uninitialized: [rows]))
    eachRowRange(rows, columns: columns) { range in
      let (row, start) = (range.lowerBound, range.lowerBound * columns)
      unroll_layer_norm(
        range.count, columns, x.pointer + start, gain.pointer, shift.pointer, epsilon, output.base + start,
        means.base + row, inverses.base + row)
    }
    let indices = (x: operand, weight: weight.operand, bias: bias.operand)
    return result(output, of: self, weight, bias) { tape, gradient in
      // The kernel makes all three gradients at once. Those of weight and bias are sums over rows: a sum a thread,
      // and the threads' sums in order.
      let parts = x.count > elementsPerFork ? Workers.shared.count : 1
      let (weightSums, biasSums) = (Tensor(zeros: [parts, columns]), Tensor(zeros: [parts, columns]))
      func goBack(into target: UnsafeMutablePointer<Float>, accumulate: Bool) {
        Workers.shared.split(parts) { part in
          let range = share(of: rows, part: part, parts: parts)
          let (row, start) = (range.lowerBound, range.lowerBound * columns)
          unroll_layer_norm_backward(
            range.count, columns, x.pointer + start, gain.pointer, means.pointer + row, inverses.pointer + row,
            gradient.pointer + start, target + start, accumulate, weightSums.base + part * columns,
            biasSums.base + part * columns)
        }
      }
      if indices.x == nil {
        let unused = Tensor(uninitialized: x.shape)
        goBack(into: unused.base, accumulate: false)
      } else {
        tape.accumulate(into: indices.x, shape: x.shape) { goBack(into: $0, accumulate: $1) }
      }
      for (index, sums) in [(indices.weight, weightSums), (indices.bias, biasSums)] {
        tape.accumulate(into: index, shape: [columns]) { target, accumulate in
          unroll_column_sums(parts, columns, sums.pointer, target, accumulate)
        }
      }
    }
  }
}
