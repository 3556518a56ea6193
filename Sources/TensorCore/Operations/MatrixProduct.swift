import COneDNN

/// C [m,n] = op(A) [m,k] · op(B) [k,n] (+ C when `accumulate`), row-major with leading dimensions, on this thread.
@inline(__always)
func multiply(
  _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
  _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  accumulate: Bool = false, scale: Float = 1
) {
  if m == 0 || n == 0 { return }
  if k == 0 {
    if !accumulate { for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) } }
    return
  }
  func run() {
    let status = unroll_sgemm(
      transposeA, transposeB, m, n, k, scale, a, max(lda, 1), b, max(ldb, 1), accumulate ? 1 : 0, c, max(ldc, 1))
    precondition(status == 0, "oneDNN refused a product of \(m)×\(k)×\(n) (status \(status))")
  }
  if let profile = Workers.shared.profile { profile.product(flops: 2 * m * n * k, run) } else { run() }
}

/// The same product over all threads: each computes its own rows or columns of C, so no sum crosses threads.
func multiplyInParallel(
  _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
  _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  accumulate: Bool = false, scale: Float = 1
) {
  let workers = Workers.shared
  // Below this a fork costs more than it saves.
  guard workers.count > 1, m * n * k > 100_000 else {
    multiply(
      m, n, k, a, lda, transposeA: transposeA, b, ldb, transposeB: transposeB, into: c, ldc, accumulate: accumulate,
      scale: scale)
    return
  }
  // The longer side is cut: the other operand is then read by every thread, and it is the smaller one.
  if m >= n {
    workers.split(workers.count) { part in
      let rows = share(of: m, part: part, parts: workers.count, multiple: 8)
      multiply(
        rows.count, n, k, a + rows.lowerBound * (transposeA ? 1 : lda), lda, transposeA: transposeA, b, ldb,
        transposeB: transposeB, into: c + rows.lowerBound * ldc, ldc, accumulate: accumulate, scale: scale)
    }
  } else {
    workers.split(workers.count) { part in
      let columns = share(of: n, part: part, parts: workers.count, multiple: 16)
      multiply(
        m, columns.count, k, a, lda, transposeA: transposeA, b + columns.lowerBound * (transposeB ? ldb : 1), ldb,
        transposeB: transposeB, into: c + columns.lowerBound, ldc, accumulate: accumulate, scale: scale)
    }
  }
}

extension Tensor {
  /// The matrix product op(self) · op(other) of two matrices, `[m, k]` and `[k, n]` once transposed as asked.
  ///
  /// An operand `self` of more than two axes counts as a matrix of its rows when it is not transposed, so that a
  /// sequence `[T, B, D]` times `[D, H]` is `[T, B, H]`.
  package func matmul(_ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false) -> Tensor {
    precondition(other.rank == 2 && rank >= (transposeSelf ? 2 : 1), "matmul of \(shape) and \(other.shape)")
    precondition(!transposeSelf || rank == 2, "only a matrix can be transposed, not \(shape)")
    let (m, k) = transposeSelf ? (shape[1], shape[0]) : (rows, columns)
    let (k2, n) = transposeOther ? (other.shape[1], other.shape[0]) : (other.shape[0], other.shape[1])
    precondition(k == k2, "matmul of \(shape) and \(other.shape): inner lengths \(k) and \(k2) differ")
    let a = detached
    let b = other.detached
    let output = Tensor(uninitialized: transposeSelf ? [m, n] : Array(shape.dropLast()) + [n])
    let (lda, ldb) = (columns, other.columns)
    multiplyInParallel(
      m, n, k, a.pointer, lda, transposeA: transposeSelf, b.pointer, ldb, transposeB: transposeOther,
      into: output.base, n)
    let (aIndex, bIndex) = (operand, other.operand)
    return result(output, of: self, other) { tape, gradient in
      let g = gradient.pointer
      tape.accumulate(into: aIndex, shape: a.shape) { target, accumulate in
        if transposeSelf {  // dA [k,m] = op(B) · dCᵀ
          multiplyInParallel(
            k, m, n, b.pointer, ldb, transposeA: transposeOther, g, n, transposeB: true, into: target, lda,
            accumulate: accumulate)
        } else {  // dA [m,k] = dC · op(B)ᵀ
          multiplyInParallel(
            m, k, n, g, n, b.pointer, ldb, transposeB: !transposeOther, into: target, lda, accumulate: accumulate)
        }
      }
      tape.accumulate(into: bIndex, shape: b.shape) { target, accumulate in
        if transposeOther {  // dB [n,k] = dCᵀ · op(A)
          multiplyInParallel(
            n, k, m, g, n, transposeA: true, a.pointer, lda, transposeB: transposeSelf, into: target, ldb,
            accumulate: accumulate)
        } else {  // dB [k,n] = op(A)ᵀ · dC
          multiplyInParallel(
            k, n, m, a.pointer, lda, transposeA: !transposeSelf, g, n, into: target, ldb, accumulate: accumulate)
        }
      }
    }
  }

  /// self · Wᵀ + bias over the last axis, `[.., K]` to `[.., N]` for a weight `[N, K]`. Nothing is recorded, and the result is the only
  /// memory that it takes: a decoder's logits are its largest tensor.
  package func product(_ weight: Tensor, bias: Tensor?) -> Tensor {
    precondition(
      !isTracked && weight.rank == 2 && columns == weight.columns && bias?.shape ?? [weight.rows] == [weight.rows],
      "a product of \(shape) with weights \(weight.shape)")
    let (inputs, outputs) = (columns, weight.rows)
    let output = Tensor(uninitialized: Array(shape.dropLast()) + [outputs])
    if let bias {
      eachRowRange(rows, columns: outputs) { range in
        for row in range { (output.base + row * outputs).update(from: bias.pointer, count: outputs) }
      }
    }
    multiplyInParallel(
      rows, outputs, inputs, pointer, inputs, weight.pointer, inputs, transposeB: true, into: output.base, outputs,
      accumulate: bias != nil)
    return output
  }

  /// Products of matching matrices: `[..., m, k]` and `[..., k, n]` once transposed as asked, leading axes equal.
  package func batchedMatmul(_ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false) -> Tensor {
    precondition(
      rank >= 2 && rank == other.rank && shape.dropLast(2) == other.shape.dropLast(2),
      "batched matmul of \(shape) and \(other.shape)")
    let batch = Array(shape.dropLast(2))
    let (r, c) = (shape[rank - 2], shape[rank - 1])
    let (r2, c2) = (other.shape[rank - 2], other.shape[rank - 1])
    let (m, k) = transposeSelf ? (c, r) : (r, c)
    let (k2, n) = transposeOther ? (c2, r2) : (r2, c2)
    precondition(k == k2, "batched matmul of \(shape) and \(other.shape): inner lengths \(k) and \(k2) differ")
    let a = detached
    let b = other.detached
    let output = Tensor(uninitialized: batch + [m, n])
    eachMatrix(batch.product) { i in
      multiply(
        m, n, k, a.pointer + i * m * k, c, transposeA: transposeSelf, b.pointer + i * k * n, c2,
        transposeB: transposeOther, into: output.base + i * m * n, n)
    }
    let (aIndex, bIndex) = (operand, other.operand)
    return result(output, of: self, other) { tape, gradient in
      let g = gradient.pointer
      tape.accumulate(into: aIndex, shape: a.shape) { target, accumulate in
        eachMatrix(batch.product) { i in
          let (gi, bi, ti) = (g + i * m * n, b.pointer + i * k * n, target + i * m * k)
          if transposeSelf {
            multiply(
              k, m, n, bi, c2, transposeA: transposeOther, gi, n, transposeB: true, into: ti, c, accumulate: accumulate)
          } else {
            multiply(m, k, n, gi, n, bi, c2, transposeB: !transposeOther, into: ti, c, accumulate: accumulate)
          }
        }
      }
      tape.accumulate(into: bIndex, shape: b.shape) { target, accumulate in
        eachMatrix(batch.product) { i in
          let (gi, ai, ti) = (g + i * m * n, a.pointer + i * m * k, target + i * k * n)
          if transposeOther {
            multiply(
              n, k, m, gi, n, transposeA: true, ai, c, transposeB: transposeSelf, into: ti, c2, accumulate: accumulate)
          } else {
            multiply(k, n, m, ai, c, transposeA: !transposeSelf, gi, n, into: ti, c2, accumulate: accumulate)
          }
        }
      }
    }
  }
}

/// Calls `body` for each of `count` matrices of a batch, shared out over the threads.
func eachMatrix(_ count: Int, _ body: (Int) -> Void) {
  let workers = Workers.shared
  workers.split(min(workers.count, count)) { part in
    for i in share(of: count, part: part, parts: min(workers.count, count)) { body(i) }
  }
}
