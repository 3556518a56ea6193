import CKernels
import COneDNN

/// A matrix of weights `[N, K]` in 8 bits, packed for products: integers of -127...127 with a scale for each row.
///
/// In a product each row of the other operand is rounded the same way with a scale of its own, sums are exact in 32 bits, and a
/// row's result depends on that row alone (Wu et al., 2016; Bhandare et al., 2019). There is no way back: it is for what is
/// trained already.
package final class Int8Matrix: @unchecked Sendable {
  /// N and K.
  package let outputs: Int
  package let inputs: Int
  private let scales: [Float]
  private let packed: OpaquePointer

  /// Rounds `weight` `[N, K]`.
  package init(_ weight: Tensor) {
    precondition(weight.rank == 2 && weight.columns < Self.mostInputs, "weights \(weight.shape) in 8 bits")
    outputs = weight.shape[0]
    inputs = weight.columns
    var scales = [Float](repeating: 0, count: outputs)
    var values = [Int8](repeating: 0, count: outputs * inputs)
    unroll_quantize_rows(outputs, inputs, weight.pointer, inputs, &values, &scales)
    var made: OpaquePointer?
    let status = unroll_dnnl_int8_create(&made, outputs, inputs, values)
    guard let made else { preconditionFailure("oneDNN refused weights \(weight.shape) in 8 bits (status \(status))") }
    self.scales = scales
    packed = made
  }

  deinit { unroll_dnnl_int8_destroy(packed) }

  /// From here on a sum of products might not fit 32 bits.
  private static let mostInputs = 1 << 17

  /// y `[m, N]` = x `[m, K]` · Wᵀ + bias, or + y when `accumulate`, with leading dimensions, on this thread.
  func multiply(
    _ m: Int, _ x: UnsafePointer<Float>, _ ldx: Int, bias: UnsafePointer<Float>? = nil,
    into y: UnsafeMutablePointer<Float>, _ ldy: Int, accumulate: Bool = false
  ) {
    precondition(bias == nil || !accumulate, "a bias is added, or what there was, not both")
    let block = Int(UNROLL_DNNL_INT8_ROWS)
    // Whole rows of the block, so that each part begins on a boundary of 64 bytes.
    let parts = [block * inputs, 4 * block * outputs, unroll_dnnl_int8_scratch(packed)].map { ($0 + 63) / 64 * 16 }
    let scratch = Tensor(uninitialized: [parts.reduce(0, +)])
    let values = UnsafeMutableRawPointer(scratch.base).assumingMemoryBound(to: Int8.self)
    let sums = UnsafeMutableRawPointer(scratch.base + parts[0]).assumingMemoryBound(to: Int32.self)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: block) { rowScales in
      guard let rowScales = rowScales.baseAddress else { return }
      for first in stride(from: 0, to: m, by: block) {
        let rows = min(block, m - first)
        unroll_quantize_rows(rows, inputs, x + first * ldx, ldx, values, rowScales)
        let status = unroll_dnnl_int8_multiply(packed, rows, values, sums, scratch.base + parts[0] + parts[1])
        precondition(
          status == 0, "oneDNN refused a product in 8 bits of \(rows)×\(outputs)×\(inputs) (status \(status))")
        let target = y + first * ldy
        unroll_scale_sums(
          rows, outputs, sums, rowScales, scales, accumulate ? UnsafePointer(target) : bias, accumulate ? ldy : 0,
          target, ldy)
      }
    }
  }
}

extension Tensor {
  /// self · Wᵀ + bias over the last axis, `[.., K]` to `[.., N]`, in 8 bits. Nothing is recorded.
  package func product(_ matrix: Int8Matrix, bias: Tensor?) -> Tensor {
    precondition(
      !isTracked && columns == matrix.inputs && bias?.shape ?? [matrix.outputs] == [matrix.outputs],
      "a product of \(shape) with \(matrix.outputs)×\(matrix.inputs) weights in 8 bits")
    let output = Tensor(uninitialized: Array(shape.dropLast()) + [matrix.outputs])
    // Rows are shared out in whole blocks, as a block with a few rows takes as long as a full one.
    let block = Int(UNROLL_DNNL_INT8_ROWS)
    let parts = min(Workers.shared.count, (rows + block - 1) / block)
    Workers.shared.split(parts) { part in
      let mine = share(of: rows, part: part, parts: parts, multiple: rows >= parts * block ? 8 : block)
      matrix.multiply(
        mine.count, pointer + mine.lowerBound * columns, columns, bias: bias?.pointer,
        into: output.base + mine.lowerBound * matrix.outputs, matrix.outputs)
    }
    return output
  }
}
