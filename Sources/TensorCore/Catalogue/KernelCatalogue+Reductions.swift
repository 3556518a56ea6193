import CKernels

private typealias Broadcast =
  @Sendable (Int, Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
private typealias AxisSum = @Sendable (Int, Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Bool) -> Void

extension KernelCatalogue {
  static let reductions: [Kernel] =
    [
      broadcast("add_row", alongRow: true, unroll_add_row, unroll_add_row_reference),
      broadcast("multiply_row", alongRow: true, unroll_multiply_row, unroll_multiply_row_reference),
      broadcast("add_column", alongRow: false, unroll_add_column, unroll_add_column_reference),
      broadcast("multiply_column", alongRow: false, unroll_multiply_column, unroll_multiply_column_reference),
      Kernel(
        "row_argmax", .reductions, bytesPerElement: 4, operationsPerElement: 1,
        arrays: { n, m, random in
          // Few distinct numbers: the first of several equal maxima must win.
          let x = random.floats(n * m, in: 0...9).map { $0.rounded() }
          return [.floats(x), .integers([Int32](repeating: 7, count: n))]
        },
        fast: { k, n, m in unroll_row_argmax(n, m, k.floats(0), k.integers(1)) },
        reference: { k, n, m in unroll_row_argmax_reference(n, m, k.floats(0), k.integers(1)) }),
      total("sum", 1, { x, _, n in unroll_sum(n, x) }, { x, _, n in unroll_sum_reference(n, x) }),
      total(
        "sum_of_squares", 2, { x, _, n in unroll_sum_of_squares(n, x) },
        { x, _, n in unroll_sum_of_squares_reference(n, x) }),
      total("dot", 2, { x, y, n in unroll_dot(n, x, y) }, { x, y, n in unroll_dot_reference(n, x, y) }),
      total("max", 1, { x, _, n in Double(unroll_max(n, x)) }, { x, _, n in Double(unroll_max_reference(n, x)) }),
    ]
    + axisSum("column_sums", byColumn: true, unroll_column_sums, unroll_column_sums_reference)
    + axisSum("row_sums", byColumn: false, unroll_row_sums, unroll_row_sums_reference)
    + [true, false].map { accumulate in
      Kernel(
        "row_dots" + suffix(accumulate), .reductions, tolerance: 1e-5, bytesPerElement: 8, operationsPerElement: 2,
        arrays: { n, m, random in [random.array(n * m), random.array(n * m), random.array(n)] },
        fast: { k, n, m in unroll_row_dots(n, m, k.floats(0), k.floats(1), k.floats(2), accumulate) },
        reference: { k, n, m in unroll_row_dots_reference(n, m, k.floats(0), k.floats(1), k.floats(2), accumulate) })
    }

  private static func broadcast(
    _ name: String, alongRow: Bool, _ fast: @escaping Broadcast, _ reference: @escaping Broadcast
  ) -> Kernel {
    Kernel(
      name, .reductions, bytesPerElement: 8, operationsPerElement: 1,
      arrays: { n, m, random in [random.array(n * m), random.array(alongRow ? m : n), .zeros(n * m)] },
      fast: { k, n, m in fast(n, m, k.floats(0), k.floats(1), k.floats(2)) },
      reference: { k, n, m in reference(n, m, k.floats(0), k.floats(1), k.floats(2)) })
  }

  private static func axisSum(
    _ name: String, byColumn: Bool, _ fast: @escaping AxisSum, _ reference: @escaping AxisSum
  ) -> [Kernel] {
    [true, false].map { accumulate in
      Kernel(
        name + suffix(accumulate), .reductions, tolerance: 1e-5, bytesPerElement: 4, operationsPerElement: 1,
        arrays: { n, m, random in [random.array(n * m), random.array(byColumn ? m : n)] },
        fast: { k, n, m in fast(n, m, k.floats(0), k.floats(1), accumulate) },
        reference: { k, n, m in reference(n, m, k.floats(0), k.floats(1), accumulate) })
    }
  }

  private static func total(
    _ name: String, _ operations: Int,
    _ fast: @escaping @Sendable (_ x: UnsafePointer<Float>?, _ y: UnsafePointer<Float>?, Int) -> Double,
    _ reference: @escaping @Sendable (_ x: UnsafePointer<Float>?, _ y: UnsafePointer<Float>?, Int) -> Double
  ) -> Kernel {
    Kernel(
      name, .reductions, tolerance: 1e-12, bytesPerElement: name == "dot" ? 8 : 4, operationsPerElement: operations,
      arrays: { n, m, random in [random.array(n * m), random.array(n * m), .doubles([0])] },
      fast: { k, n, m in k.doubles(2).pointee = fast(k.floats(0), k.floats(1), n * m) },
      reference: { k, n, m in k.doubles(2).pointee = reference(k.floats(0), k.floats(1), n * m) })
  }
}
