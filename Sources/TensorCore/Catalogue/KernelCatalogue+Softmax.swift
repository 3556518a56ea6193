import CKernels

private typealias Forward =
  @Sendable (Int, Int, UnsafePointer<Float>?, UnsafePointer<Int32>?, UnsafeMutablePointer<Float>?) -> Void
private typealias Backward =
  @Sendable (
    Int, Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Int32>?, UnsafeMutablePointer<Float>?, Bool
  ) -> Void

extension KernelCatalogue {
  static let softmax: [Kernel] =
    forward("softmax", unroll_softmax, unroll_softmax_reference)
    + forward("log_softmax", unroll_log_softmax, unroll_log_softmax_reference)
    + backward("softmax_backward", 4, in: 0...1, unroll_softmax_backward, unroll_softmax_backward_reference)
    + backward(
      "log_softmax_backward", 14, in: -5...0, unroll_log_softmax_backward, unroll_log_softmax_backward_reference)
    + [Float(0), 0.1].map { smoothing in
      Kernel(
        "softmax_cross_entropy (smoothing \(smoothing))", .softmax, bytesPerElement: 8, operationsPerElement: 16,
        arrays: { n, v, random in
          [
            random.array(n * v, in: -8...8), labels(n, v, &random), .doubles([7]), .doubles([7]),
            random.array(n),
          ]
        },
        fast: { k, n, v in
          unroll_softmax_cross_entropy(
            n, v, k.floats(0), k.integers(1), ignored, smoothing, 0.5, k.doubles(2), k.doubles(3), k.floats(4))
        },
        reference: { k, n, v in
          unroll_softmax_cross_entropy_reference(
            n, v, k.floats(0), k.integers(1), ignored, smoothing, 0.5, k.doubles(2), k.doubles(3), k.floats(4))
        })
    }
    + [Float(0), 0.1].map { smoothing in
      Kernel(
        "cross_entropy_loss (smoothing \(smoothing))", .softmax, bytesPerElement: 4, operationsPerElement: 13,
        arrays: { n, v, random in
          [random.array(n * v, in: -8...8), labels(n, v, &random), .doubles([7]), .doubles([7])]
        },
        fast: { k, n, v in
          unroll_cross_entropy_loss(
            n, v, k.floats(0), k.integers(1), ignored, smoothing, k.doubles(2), k.doubles(3), nil)
        },
        reference: { k, n, v in
          unroll_cross_entropy_loss_reference(
            n, v, k.floats(0), k.integers(1), ignored, smoothing, k.doubles(2), k.doubles(3), nil)
        })
    }

  static let ignored: Int32 = -100

  /// One label a row in 0..<V; about one in five is to be ignored.
  private static func labels(_ n: Int, _ vocabulary: Int, _ random: inout SplitMix) -> KernelArray {
    .integers(
      (0..<n).map { _ in
        vocabulary == 0 || Int.random(in: 0..<5, using: &random) == 0
          ? ignored : Int32.random(in: 0..<Int32(vocabulary), using: &random)
      })
  }

  /// A valid length for each row, 0 and all of it included.
  static func lengths(_ n: Int, _ m: Int, _ random: inout SplitMix) -> KernelArray {
    .integers((0..<n).map { $0 == 0 ? Int32(m) : Int32.random(in: 0...Int32(m), using: &random) })
  }

  private static func forward(
    _ name: String, _ fast: @escaping Forward, _ reference: @escaping Forward
  ) -> [Kernel] {
    [true, false].map { whole in
      Kernel(
        name + (whole ? "" : " (lengths)"), .softmax, bytesPerElement: 8, operationsPerElement: 13,
        arrays: { n, m, random in [random.array(n * m, in: -8...8), lengths(n, m, &random), random.array(n * m)] },
        fast: { k, n, m in fast(n, m, k.floats(0), whole ? nil : k.integers(1), k.floats(2)) },
        reference: { k, n, m in reference(n, m, k.floats(0), whole ? nil : k.integers(1), k.floats(2)) })
    }
  }

  private static func backward(
    _ name: String, _ operations: Int, in range: ClosedRange<Float>, _ fast: @escaping Backward,
    _ reference: @escaping Backward
  ) -> [Kernel] {
    [(true, false), (true, true), (false, false), (false, true)].map { whole, accumulate in
      Kernel(
        name + (whole ? "" : " (lengths)") + suffix(accumulate), .softmax, tolerance: 2e-5, bytesPerElement: 12,
        operationsPerElement: operations,
        arrays: { n, m, random in
          [random.array(n * m, in: range), random.array(n * m), lengths(n, m, &random), random.array(n * m)]
        },
        fast: { k, n, m in
          fast(n, m, k.floats(0), k.floats(1), whole ? nil : k.integers(2), k.floats(3), accumulate)
        },
        reference: { k, n, m in
          reference(n, m, k.floats(0), k.floats(1), whole ? nil : k.integers(2), k.floats(3), accumulate)
        })
    }
  }
}
