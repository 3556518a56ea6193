import CKernels

/// The most probable entries of each row of a matrix of logits `[R, V]`.
package struct TopCandidates: Sendable {
  /// How many places each row has in `ids` and `logProbabilities`.
  package let width: Int
  /// Entries of the rows, `[R, width]`, the best of a row first and the lower id first among equals.
  package let ids: [Int32]
  /// Their log-probabilities under the softmax of the row, `[R, width]`.
  package let logProbabilities: [Float]
  /// How many places of each row are filled, `[R]`; -1 marks a row without a softmax.
  private let counts: [Int32]

  /// Finds the `count` most probable entries (all of V when it is smaller) of each row of `logits [R, V]`.
  ///
  /// Entries of -infinity are never chosen, so a row may have fewer. One pass over the logits; the softmax itself is
  /// not written anywhere.
  package init(of logits: Tensor, count: Int) {
    let (rows, columns) = (logits.rows, logits.columns)
    let width = max(0, min(count, columns))
    var ids = [Int32](repeating: 0, count: rows * width)
    var logProbabilities = [Float](repeating: 0, count: rows * width)
    var counts = [Int32](repeating: 0, count: rows)
    ids.withUnsafeMutableBufferPointer { ids in
      logProbabilities.withUnsafeMutableBufferPointer { logProbabilities in
        counts.withUnsafeMutableBufferPointer { counts in
          guard let ids = ids.baseAddress, let logProbabilities = logProbabilities.baseAddress,
            let counts = counts.baseAddress
          else { return }
          let parts = rows * columns < Self.worthSharing ? 1 : Workers.shared.count
          Workers.shared.split(parts) { part in
            let range = share(of: rows, part: part, parts: parts)
            let first = range.lowerBound
            unroll_top_candidates(
              range.count, columns, logits.pointer + first * columns, width, ids + first * width,
              logProbabilities + first * width, counts + first)
          }
        }
      }
    }
    self.width = width
    self.ids = ids
    self.logProbabilities = logProbabilities
    self.counts = counts
  }

  /// The places of row `row` in `ids` and `logProbabilities`, best first; nil when the row has no softmax, because it
  /// holds a NaN or +infinity, or nothing but -infinity.
  package func places(ofRow row: Int) -> Range<Int>? {
    let count = Int(counts[row])
    return count < 0 ? nil : row * width..<row * width + count
  }

  /// Below this many logits waking the other threads takes longer than the pass: about five microseconds of it.
  private static let worthSharing = 1 << 14
}
