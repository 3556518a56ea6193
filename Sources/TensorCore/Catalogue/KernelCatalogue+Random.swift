import CKernels

private typealias Fill = @Sendable (Int, UInt64, UInt64, UInt64, UnsafeMutablePointer<Float>?) -> Void

extension KernelCatalogue {
  static let random: [Kernel] =
    [
      Kernel(
        "philox_words", .random, tolerance: 0, bytesPerElement: 4, operationsPerElement: 25,
        arrays: { n, m, _ in [.integers([Int32](repeating: 7, count: n * m))] },
        fast: { k, n, m in
          k.integers(0).withMemoryRebound(to: UInt32.self, capacity: n * m) { unroll_philox_words(n * m, 5, 9, 3, $0) }
        },
        reference: { k, n, m in
          k.integers(0).withMemoryRebound(to: UInt32.self, capacity: n * m) {
            unroll_philox_words_reference(n * m, 5, 9, 3, $0)
          }
        }),
      fill("philox_uniform", 27, 0, unroll_philox_uniform, unroll_philox_uniform_reference),
      fill("philox_uniform (from within a block)", 27, 6, unroll_philox_uniform, unroll_philox_uniform_reference),
      fill("philox_normal", 45, 1 << 33, unroll_philox_normal, unroll_philox_normal_reference),
      fill("philox_normal (from within a pair)", 45, 7, unroll_philox_normal, unroll_philox_normal_reference),
    ]
    + [true, false].map { accumulate in
      Kernel(
        "dropout" + suffix(accumulate), .random, bytesPerElement: accumulate ? 12 : 8, operationsPerElement: 27,
        arrays: { n, m, random in [random.array(n * m), random.array(n * m)] },
        fast: { k, n, m in unroll_dropout(n * m, 0.3, 5, 9, 5, k.floats(0), k.floats(1), accumulate) },
        reference: { k, n, m in
          unroll_dropout_reference(n * m, 0.3, 5, 9, 5, k.floats(0), k.floats(1), accumulate)
        })
    }

  private static func fill(
    _ name: String, _ operations: Int, _ offset: UInt64, _ fast: @escaping Fill, _ reference: @escaping Fill
  ) -> Kernel {
    Kernel(
      name, .random, bytesPerElement: 4, operationsPerElement: operations,
      arrays: { n, m, _ in [.zeros(n * m)] },
      fast: { k, n, m in fast(n * m, 5, 9, offset, k.floats(0)) },
      reference: { k, n, m in reference(n * m, 5, 9, offset, k.floats(0)) })
  }
}
