import CKernels

extension Tensor {
  /// Softmax over the last axis. With `lengths`, row r counts only its first `lengths[r % lengths.count]` elements
  /// and the rest get weight 0: lengths `[B]` serve `[T, B, S]`. A row of length 0 is all zeros.
  package func softmax(lengths: [Int32]? = nil) -> Tensor {
    overRows(lengths, unroll_softmax, backward: unroll_softmax_backward)
  }

  /// The logarithm of the softmax over the last axis. With `lengths`, as with `softmax`, the elements that do not
  /// count are set to 0.
  package func logSoftmax(lengths: [Int32]? = nil) -> Tensor {
    overRows(lengths, unroll_log_softmax, backward: unroll_log_softmax_backward)
  }

  /// A kernel that fills rows: rows, columns, x, lengths, y.
  private typealias RowKernel = (
    Int, Int, UnsafePointer<Float>?, UnsafePointer<Int32>?, UnsafeMutablePointer<Float>?
  ) -> Void
  /// A kernel that fills (or adds to) gradients of rows: rows, columns, y, dy, lengths, dx, accumulate.
  private typealias RowBackward = (
    Int, Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Int32>?, UnsafeMutablePointer<Float>?, Bool
  ) -> Void

  private func overRows(_ lengths: [Int32]?, _ kernel: RowKernel, backward: @escaping RowBackward) -> Tensor {
    let (rows, columns) = (rows, columns)
    var rowLengths: [Int32]?
    if let lengths {
      precondition(
        !lengths.isEmpty && rows % lengths.count == 0 && lengths.allSatisfy { $0 >= 0 && $0 <= columns },
        "lengths \(lengths) do not fit \(shape)")
      rowLengths = lengths.count == rows ? lengths : (0..<rows).map { lengths[$0 % lengths.count] }
    }
    let output = Tensor(uninitialized: shape)
    let (x, y) = (pointer, output.base)
    rowLengths.withOptionalPointer { lengths in
      eachRowRange(rows, columns: columns) { range in
        let (row, start) = (range.lowerBound, range.lowerBound * columns)
        kernel(range.count, columns, x + start, lengths.map { $0 + row }, y + start)
      }
    }
    let index = operand
    return result(output, of: self) { tape, gradient in
      let (y, g) = (output.pointer, gradient.pointer)
      tape.accumulate(into: index, shape: output.shape) { target, accumulate in
        rowLengths.withOptionalPointer { lengths in
          eachRowRange(rows, columns: columns) { range in
            let (row, start) = (range.lowerBound, range.lowerBound * columns)
            backward(
              range.count, columns, y + start, g + start, lengths.map { $0 + row }, target + start, accumulate)
          }
        }
      }
    }
  }
}

extension Optional<[Int32]> {
  /// The elements, or no pointer where there is no array.
  fileprivate func withOptionalPointer(_ body: (UnsafePointer<Int32>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
