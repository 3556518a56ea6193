import CKernels

extension Tensor {
  /// The sum of all elements, a scalar. Taken in double precision, in a fixed order.
  package func sum() -> Tensor {
    reshaped([1, count]).sumRows().reshaped([])
  }

  /// Sums over the given axes, which stay with length 1 when `keepingDimensions`.
  package func sum(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    let plan = AxisReduction(shape, axes: axes)
    let final = keepingDimensions ? plan.shapeWithOnes : plan.shape
    if plan.leads { return reshaped([plan.reduced, plan.kept]).sumColumns().reshaped(final) }
    return transposed(plan.order).reshaped([plan.kept, plan.reduced]).sumRows().reshaped(final)
  }

  /// The mean of all elements, a scalar.
  package func mean() -> Tensor { sum() * (1 / Float(count)) }

  /// Means over the given axes, which stay with length 1 when `keepingDimensions`.
  package func mean(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    let reduced = axes.reduce(1) { $0 * shape[$1] }
    return sum(axes: axes, keepingDimensions: keepingDimensions) * (1 / Float(reduced))
  }

  /// The largest element, a scalar. Elements that tie for it share its gradient equally, as with `torch.amax`; NaN is
  /// passed over.
  package func max() -> Tensor { max(axes: Array(shape.indices)) }

  /// The largest elements along the given axes, which stay with length 1 when `keepingDimensions`; ties share the
  /// gradient equally, as with `torch.amax`. NaN is passed over.
  package func max(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    let plan = AxisReduction(shape, axes: axes)
    precondition(plan.reduced > 0 || plan.kept == 0, "no maximum over axes \(axes) of \(shape)")
    return transposed(plan.order).reshaped([plan.kept, plan.reduced]).maxRows()
      .reshaped(keepingDimensions ? plan.shapeWithOnes : plan.shape)
  }

  /// `[R, C]` to `[R]`.
  private func sumRows() -> Tensor {
    let (rows, columns, index, original) = (shape[0], shape[1], operand, shape)
    let output = Tensor(uninitialized: [rows])
    let (x, y) = (pointer, output.base)
    if rows == 1 {
      y[0] = Float(total(x, count: columns))
    } else {
      eachRowRange(rows, columns: columns) { range in
        for row in range { y[row] = Float(unroll_sum(columns, x + row * columns)) }
      }
    }
    return result(output, of: self) { tape, gradient in
      let g = gradient.pointer
      tape.accumulate(into: index, shape: original) { target, accumulate in
        eachRowRange(rows, columns: columns) { range in
          let to = target + range.lowerBound * columns
          if accumulate {
            unroll_add_column(range.count, columns, to, g + range.lowerBound, to)
          } else {
            for row in range { unroll_fill(columns, g[row], target + row * columns) }
          }
        }
      }
    }
  }

  /// `[R, C]` to `[C]`.
  private func sumColumns() -> Tensor {
    let (rows, columns, index, original) = (shape[0], shape[1], operand, shape)
    let output = Tensor(uninitialized: [columns])
    TensorCore.sumColumns(pointer, rows: rows, columns: columns, into: output.base, accumulate: false)
    return result(output, of: self) { tape, gradient in
      let g = gradient.pointer
      tape.accumulate(into: index, shape: original) { target, accumulate in
        eachRowRange(rows, columns: columns) { range in
          unroll_copy_rows(range.count, columns, g, 0, target + range.lowerBound * columns, columns, accumulate)
        }
      }
    }
  }

  /// `[R, C]` to `[R]`.
  private func maxRows() -> Tensor {
    let (rows, columns, index, values) = (shape[0], shape[1], operand, detached)
    let output = Tensor(uninitialized: [rows])
    let (x, y) = (values.pointer, output.base)
    eachRowRange(rows, columns: columns) { range in
      for row in range { y[row] = unroll_max(columns, x + row * columns) }
    }
    return result(output, of: self) { tape, gradient in
      let (x, y, g) = (values.pointer, output.pointer, gradient.pointer)
      tape.accumulate(into: index, shape: values.shape) { target, accumulate in
        eachRowRange(rows, columns: columns) { range in
          for row in range {
            let (from, to) = (x + row * columns, target + row * columns)
            var ties: Float = 0
            for i in 0..<columns where from[i] == y[row] { ties += 1 }
            let share = g[row] / ties
            for i in 0..<columns {
              to[i] = (accumulate ? to[i] : 0) + (from[i] == y[row] ? share : 0)
            }
          }
        }
      }
    }
  }
}

/// How a tensor becomes a matrix of kept by reduced elements.
private struct AxisReduction {
  /// The order of axes that puts the reduced ones last.
  let order: [Int]
  /// Number of elements of the result, and of elements behind each.
  let kept: Int
  let reduced: Int
  /// The shape of the result, without the reduced axes or with ones in their places.
  let shape: [Int]
  let shapeWithOnes: [Int]
  /// Whether the reduced axes come first as they are, so that nothing has to be moved.
  let leads: Bool

  init(_ shape: [Int], axes: [Int]) {
    precondition(
      Set(axes).count == axes.count && axes.allSatisfy(shape.indices.contains), "no axes \(axes) in \(shape)")
    let rest = shape.indices.filter { !axes.contains($0) }
    order = rest + axes.sorted()
    self.shape = rest.map { shape[$0] }
    shapeWithOnes = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    kept = self.shape.product
    reduced = axes.reduce(1) { $0 * shape[$1] }
    leads = !axes.isEmpty && axes.allSatisfy { $0 < axes.count }
  }
}

/// Elements summed at a time by `total`: the borders depend on nothing but the count.
private let elementsPerTotal = 1 << 16

/// The sum of many elements in double precision: blocks over the threads, then their sums in order, so that the
/// number of threads does not change a bit.
func total(
  _ x: UnsafePointer<Float>, count: Int, sum: (Int, UnsafePointer<Float>) -> Double = { unroll_sum($0, $1) }
) -> Double {
  let blocks = (count + elementsPerTotal - 1) / elementsPerTotal
  if blocks <= 1 { return sum(count, x) }
  var sums = [Double](repeating: 0, count: blocks)
  sums.withUnsafeMutableBufferPointer { sums in
    eachRowRange(blocks, columns: elementsPerTotal) { range in
      for block in range {
        let start = block * elementsPerTotal
        sums[block] = sum(min(elementsPerTotal, count - start), x + start)
      }
    }
  }
  return sums.reduce(0, +)
}

extension Tensor {
  /// Σ x² in double precision, in an order that does not depend on the number of threads.
  package func sumOfSquares() -> Double { total(pointer, count: count) { unroll_sum_of_squares($0, $1) } }
}

/// The sums of the columns of a matrix [rows, columns]: the rows of each thread, then the threads' sums in order.
func sumColumns(
  _ x: UnsafePointer<Float>, rows: Int, columns: Int, into sums: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let parts = min(Workers.shared.count, rows)
  guard parts > 1, rows * columns > elementsPerFork else {
    unroll_column_sums(rows, columns, x, sums, accumulate)
    return
  }
  let partial = Tensor(uninitialized: [parts, columns])
  Workers.shared.split(parts) { part in
    let range = share(of: rows, part: part, parts: parts)
    unroll_column_sums(range.count, columns, x + range.lowerBound * columns, partial.base + part * columns, false)
  }
  unroll_column_sums(parts, columns, partial.pointer, sums, accumulate)
}
