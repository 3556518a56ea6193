import CKernels

/// Rows are rows of numbers or sums, columns what a row has.
extension KernelCatalogue {
  static let int8: [Kernel] =
    [
      quantize("quantize_rows") { count, _, random in random.floats(count, in: -3...3) },
      // Rows of zeros, of denormals, and with the largest numbers there are.
      quantize("quantize_rows (extremes)") { count, columns, random in
        random.floats(count).enumerated().map { index, x in
          switch index / max(columns, 1) % 4 {
          case 0: 0
          case 1: x * .leastNonzeroMagnitude * 1000
          case 2: x < 0 ? -.greatestFiniteMagnitude : x
          default: x * 1e30
          }
        }
      },
      quantize("quantize_rows (not finite)") { count, columns, random in
        var x = random.floats(count)
        let bad: [Float] = [.nan, -.nan, .infinity, -.infinity]
        for start in stride(from: 0, to: count, by: max(1, 2 * columns)) {
          x[start + Int.random(in: 0..<columns, using: &random)] = bad.randomElement(using: &random) ?? .nan
        }
        return x
      },
    ]
    + [
      scaleSums("scale_sums", added: { _, _ in (nil, 0) }),
      scaleSums("scale_sums (bias)", added: { m, _ in (m.floats(3), 0) }),
      scaleSums("scale_sums" + suffix(true), added: { m, columns in (m.floats(4), columns + 2) }),
    ]

  private static func quantize(
    _ name: String,
    numbers: @escaping @Sendable (_ count: Int, _ columns: Int, _ random: inout SplitMix) -> [Float]
  ) -> Kernel {
    Kernel(
      name, .int8, tolerance: 0, bytesPerElement: 5, operationsPerElement: 4,
      arrays: { rows, columns, random in
        // Rows lie apart.
        let x = numbers(rows * (columns + 3), columns + 3, &random)
        return [.floats(x), .bytes([UInt8](repeating: 0, count: rows * columns)), .zeros(rows)]
      },
      fast: { m, rows, columns in
        unroll_quantize_rows(rows, columns, m.floats(0), columns + 3, signed(m, 1), m.floats(2))
        clearRowsWithoutScale(m, rows, columns)
      },
      reference: { m, rows, columns in
        unroll_quantize_rows_reference(rows, columns, m.floats(0), columns + 3, signed(m, 1), m.floats(2))
        clearRowsWithoutScale(m, rows, columns)
      })
  }

  /// `added` is what is added, with the stride of its rows: array 3 is one row, array 4 the target.
  private static func scaleSums(
    _ name: String,
    added: @escaping @Sendable (_ memory: KernelMemory, _ columns: Int) -> (UnsafeMutablePointer<Float>?, Int)
  ) -> Kernel {
    Kernel(
      name, .int8, bytesPerElement: 12, operationsPerElement: 4,
      arrays: { rows, columns, random in
        let sums = (0..<rows * columns).map { _ in Int32.random(in: -8_000_000...8_000_000, using: &random) }
        return [
          .integers(sums), .floats(random.floats(rows, in: 0...1e-3)), .floats(random.floats(columns, in: 0...1e-3)),
          random.array(columns), random.array(rows * (columns + 2)),
        ]
      },
      fast: { m, rows, columns in
        let (more, stride) = added(m, columns)
        unroll_scale_sums(
          rows, columns, m.integers(0), m.floats(1), m.floats(2), more, stride, m.floats(4), columns + 2)
      },
      reference: { m, rows, columns in
        let (more, stride) = added(m, columns)
        unroll_scale_sums_reference(
          rows, columns, m.integers(0), m.floats(1), m.floats(2), more, stride, m.floats(4), columns + 2)
      })
  }

  private static func signed(_ memory: KernelMemory, _ index: Int) -> UnsafeMutablePointer<Int8> {
    UnsafeMutableRawPointer(memory.bytes(index)).assumingMemoryBound(to: Int8.self)
  }

  /// What such rows hold is not defined, so there is nothing in them to compare.
  private static func clearRowsWithoutScale(_ m: KernelMemory, _ rows: Int, _ columns: Int) {
    for row in 0..<rows where m.floats(2)[row].isNaN {
      (m.bytes(1) + row * columns).update(repeating: 0, count: columns)
    }
  }
}
