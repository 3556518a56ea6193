import CKernels

/// Rows are rows of logits, columns the vocabulary.
extension KernelCatalogue {
  static let topK: [Kernel] = [
    topCandidates("top_candidates", count: 8) { count, _, random in random.floats(count, in: -8...8) },
    topCandidates("top_candidates (more than a row has)", count: 70) { count, _, random in random.floats(count) },
    topCandidates("top_candidates (ties)", count: 6) { count, _, random in
      random.floats(count).map { $0.rounded() }
    },
    topCandidates("top_candidates (forbidden entries)", count: 6) { count, _, random in
      random.floats(count).map { $0 < 1 ? -.infinity : $0 }
    },
    // Extremes, and every third row without a softmax.
    topCandidates("top_candidates (not finite)", count: 6) { count, columns, random in
      var logits = random.floats(count).map { $0 > 1.9 ? 3e38 : $0 < -1.9 ? -3e38 : $0 }
      let bad: [Float] = [.nan, -.nan, .infinity]
      for start in stride(from: 0, to: count, by: max(1, 3 * columns)) {
        logits[start + Int.random(in: 0..<columns, using: &random)] = bad.randomElement(using: &random) ?? .nan
      }
      return logits
    },
  ]

  private static func topCandidates(
    _ name: String, count: Int,
    logits: @escaping @Sendable (_ count: Int, _ columns: Int, _ random: inout SplitMix) -> [Float]
  ) -> Kernel {
    Kernel(
      name, .topk, bytesPerElement: 4, operationsPerElement: 15,
      arrays: { rows, columns, random in
        [
          .floats(logits(rows * columns, columns, &random)), .integers([Int32](repeating: 0, count: rows * count)),
          .zeros(rows * count), .integers([Int32](repeating: 0, count: rows)),
        ]
      },
      fast: { m, rows, columns in
        unroll_top_candidates(rows, columns, m.floats(0), count, m.integers(1), m.floats(2), m.integers(3))
        clearRowsWithoutSoftmax(m, rows, count)
      },
      reference: { m, rows, columns in
        unroll_top_candidates_reference(rows, columns, m.floats(0), count, m.integers(1), m.floats(2), m.integers(3))
        clearRowsWithoutSoftmax(m, rows, count)
      })
  }

  /// What such rows hold is not defined, so there is nothing in them to compare.
  private static func clearRowsWithoutSoftmax(_ m: KernelMemory, _ rows: Int, _ count: Int) {
    for row in 0..<rows where m.integers(3)[row] < 0 {
      (m.integers(1) + row * count).update(repeating: 0, count: count)
      (m.floats(2) + row * count).update(repeating: 0, count: count)
    }
  }
}
