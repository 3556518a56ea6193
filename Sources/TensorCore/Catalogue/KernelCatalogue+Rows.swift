import CKernels

extension KernelCatalogue {
  static let rows: [Kernel] =
    [
      Kernel(
        "gather_rows", .rows, tolerance: 0, bytesPerElement: 8, operationsPerElement: 0,
        arrays: { n, m, random in [random.array(tableRows * m), ids(n, &random), random.array(n * m)] },
        fast: { k, n, m in unroll_gather_rows(n, m, k.floats(0), k.integers(1), k.floats(2)) },
        reference: { k, n, m in unroll_gather_rows_reference(n, m, k.floats(0), k.integers(1), k.floats(2)) }),
      Kernel(
        "scatter_add_rows", .rows, tolerance: 0, bytesPerElement: 12, operationsPerElement: 1,
        arrays: { n, m, random in [random.array(n * m), ids(n, &random), random.array(tableRows * m)] },
        fast: { k, n, m in unroll_scatter_add_rows(n, m, k.floats(0), k.integers(1), k.floats(2)) },
        reference: { k, n, m in unroll_scatter_add_rows_reference(n, m, k.floats(0), k.integers(1), k.floats(2)) }),
      Kernel(
        "transpose", .rows, tolerance: 0, bytesPerElement: 8, operationsPerElement: 0,
        arrays: { n, m, random in [random.array(n * m), .zeros(n * m)] },
        fast: { k, n, m in unroll_transpose(n, m, k.floats(0), k.floats(1)) },
        reference: { k, n, m in unroll_transpose_reference(n, m, k.floats(0), k.floats(1)) }),
    ]
    + [true, false].map { accumulate in
      Kernel(
        "copy_rows" + suffix(accumulate), .rows, tolerance: 0, bytesPerElement: accumulate ? 12 : 8,
        operationsPerElement: accumulate ? 1 : 0,
        arrays: { n, m, random in [random.array(n * (m + 3)), random.array(n * (m + 1))] },
        fast: { k, n, m in unroll_copy_rows(n, m, k.floats(0), m + 3, k.floats(1), m + 1, accumulate) },
        reference: { k, n, m in unroll_copy_rows_reference(n, m, k.floats(0), m + 3, k.floats(1), m + 1, accumulate) })
    }

  /// Few enough that ids repeat.
  private static let tableRows = 6

  private static func ids(_ n: Int, _ random: inout SplitMix) -> KernelArray {
    .integers((0..<n).map { _ in Int32.random(in: -1..<Int32(tableRows), using: &random) })
  }
}
