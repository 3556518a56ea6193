import CKernels

extension Tensor {
  /// The rows of a table `[V, E]` with the given ids: `[N, E]`, or `shape` + `[E]` when a shape of N places is given,
  /// such as `[T, B]`. On the way back the gradient of each place is added to its row.
  package func gatherRows(ids: [Int32], shape places: [Int]? = nil) -> Tensor {
    precondition(rank == 2, "rows are gathered from a table [V, E], not from \(shape)")
    let places = places ?? [ids.count]
    precondition(places.product == ids.count, "\(ids.count) ids do not fill \(places)")
    let (rows, columns) = (shape[0], shape[1])
    requireRows(ids, below: rows)
    let output = Tensor(uninitialized: places + [columns])
    let (table, target) = (pointer, output.base)
    ids.withUnsafeBufferPointer { ids in
      eachRowRange(ids.count, columns: columns) { range in
        guard let first = ids.baseAddress else { return }
        unroll_gather_rows(
          range.count, columns, table, first + range.lowerBound, target + range.lowerBound * columns)
      }
    }
    let (index, original) = (operand, shape)
    return result(output, of: self) { tape, gradient in
      tape.accumulate(into: index, shape: original) { target, accumulate in
        if !accumulate { clear(target, count: original.product) }
        addRows(gradient.pointer, columns: columns, to: ids, of: target)
      }
    }
  }

  /// A tensor `[rows, E]` of zeros to which row i of this `[N, E]` is added at row `ids[i]`; ids may repeat.
  package func scatterAddRows(ids: [Int32], rows: Int) -> Tensor {
    precondition(
      rank == 2 && shape[0] == ids.count, "\(ids.count) ids for the rows of \(shape)")
    requireRows(ids, below: rows)
    let output = Tensor(zeros: [rows, columns])
    addRows(pointer, columns: columns, to: ids, of: output.base)
    let index = operand
    return result(output, of: self) { tape, gradient in
      tape.accumulate(gradient.gatherRows(ids: ids), into: index)
    }
  }
}

private func requireRows(_ ids: [Int32], below rows: Int) {
  precondition(ids.allSatisfy { $0 >= 0 && $0 < rows }, "an id lies outside the \(rows) rows of the table")
}

/// Adds rows to the rows of a table that `ids` name. Each thread owns every n-th row of the table and adds to it in
/// the order of the ids, so that ids which repeat are summed in the same order whatever the number of threads.
private func addRows(
  _ rows: UnsafePointer<Float>, columns: Int, to ids: [Int32], of table: UnsafeMutablePointer<Float>
) {
  let parts = Workers.shared.count
  guard parts > 1, ids.count * columns > elementsPerFork else {
    unroll_scatter_add_rows(ids.count, columns, rows, ids, table)
    return
  }
  Workers.shared.split(parts) { part in
    // The kernel passes over negative ids.
    let own = ids.map { Int($0) % parts == part ? $0 : -1 }
    unroll_scatter_add_rows(own.count, columns, rows, own, table)
  }
}

/// Sets memory to zero, shared out over the threads.
func clear(_ target: UnsafeMutablePointer<Float>, count: Int) {
  eachRange(of: count) { range in (target + range.lowerBound).update(repeating: 0, count: range.count) }
}
