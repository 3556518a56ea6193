import CKernels

/// A kernel over rows × columns elements that takes one array and writes another.
private typealias Unary = @Sendable (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
/// A kernel that takes two arrays and writes a third.
private typealias Binary =
  @Sendable (Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
/// A kernel that takes what the forward knew and the upstream gradient, and writes or adds the gradient.
private typealias Backward =
  @Sendable (Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Bool) -> Void

extension KernelCatalogue {
  static let elementwise: [Kernel] =
    [
      binary("add", 1, unroll_add, unroll_add_reference),
      binary("subtract", 1, unroll_subtract, unroll_subtract_reference),
      binary("multiply", 1, unroll_multiply, unroll_multiply_reference),
      binary("divide", 1, unroll_divide, unroll_divide_reference),
      binary("multiply_add", 2, unroll_multiply_add, unroll_multiply_add_reference),
      unary("exp", 10, in: -90...90, unroll_exp, unroll_exp_reference, tolerance: 4e-7),
      unary("log", 10, in: 0...100, unroll_log, unroll_log_reference),
      unary("sqrt", 1, in: 0...100, unroll_sqrt, unroll_sqrt_reference),
      unary("square", 1, unroll_square, unroll_square_reference),
      unary("negate", 1, unroll_negate, unroll_negate_reference),
      unary("tanh", 14, in: -12...12, unroll_tanh, unroll_tanh_reference),
      unary("sigmoid", 12, in: -20...20, unroll_sigmoid, unroll_sigmoid_reference),
      unary("relu", 1, unroll_relu, unroll_relu_reference),
      scalar("scale", 1, { unroll_scale($0, 0.7, $1, $2) }, { unroll_scale_reference($0, 0.7, $1, $2) }),
      scalar("axpy", 2, { unroll_axpy($0, 0.7, $1, $2) }, { unroll_axpy_reference($0, 0.7, $1, $2) }),
      scalar("affine", 2, { unroll_affine($0, -1, 1, $1, $2) }, { unroll_affine_reference($0, -1, 1, $1, $2) }),
      scalar("fill", 0, { unroll_fill($0, 0.7, $2) }, { unroll_fill_reference($0, 0.7, $2) }),
      binary(
        "add_scaled", 2, { unroll_add_scaled($0, $1, -0.7, $2, $3) },
        { unroll_add_scaled_reference($0, $1, -0.7, $2, $3) }),
      Kernel(
        "masked_fill", .elementwise, bytesPerElement: 9, operationsPerElement: 0,
        arrays: { n, m, random in
          [.bytes((0..<n * m).map { _ in UInt8.random(in: 0...2, using: &random) }), random.array(n * m)]
        },
        fast: { k, n, m in unroll_masked_fill(n * m, k.bytes(0), -1, k.floats(1)) },
        reference: { k, n, m in unroll_masked_fill_reference(n * m, k.bytes(0), -1, k.floats(1)) }),
    ]
    + backward("exp_backward", 1, unroll_exp_backward, unroll_exp_backward_reference)
    + backward("log_backward", 1, unroll_log_backward, unroll_log_backward_reference)
    + backward("sqrt_backward", 2, unroll_sqrt_backward, unroll_sqrt_backward_reference)
    + backward("square_backward", 2, unroll_square_backward, unroll_square_backward_reference)
    + backward("tanh_backward", 3, unroll_tanh_backward, unroll_tanh_backward_reference)
    + backward("sigmoid_backward", 3, unroll_sigmoid_backward, unroll_sigmoid_backward_reference)
    + backward("relu_backward", 1, unroll_relu_backward, unroll_relu_backward_reference)
    + backward(
      "divide_backward_numerator", 1, unroll_divide_backward_numerator, unroll_divide_backward_numerator_reference)
    + [true, false].map { accumulate in
      Kernel(
        "divide_backward_denominator" + suffix(accumulate), .elementwise, bytesPerElement: accumulate ? 20 : 16,
        operationsPerElement: 3,
        arrays: { n, m, random in
          [random.array(n * m, in: 0.2...2), random.array(n * m), random.array(n * m), random.array(n * m)]
        },
        fast: { k, n, m in
          unroll_divide_backward_denominator(n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), accumulate)
        },
        reference: { k, n, m in
          unroll_divide_backward_denominator_reference(
            n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), accumulate)
        })
    }

  static func suffix(_ accumulate: Bool) -> String { accumulate ? " (accumulate)" : "" }

  private static func unary(
    _ name: String, _ operations: Int, in range: ClosedRange<Float> = -2...2, _ fast: @escaping Unary,
    _ reference: @escaping Unary, tolerance: Double = 2e-6
  ) -> Kernel {
    Kernel(
      name, .elementwise, tolerance: tolerance, bytesPerElement: 8, operationsPerElement: operations,
      arrays: { n, m, random in [random.array(n * m, in: range), .zeros(n * m)] },
      fast: { k, n, m in fast(n * m, k.floats(0), k.floats(1)) },
      reference: { k, n, m in reference(n * m, k.floats(0), k.floats(1)) })
  }

  /// Like `unary`, with an output that may be read.
  private static func scalar(
    _ name: String, _ operations: Int, _ fast: @escaping Unary, _ reference: @escaping Unary
  ) -> Kernel {
    Kernel(
      name, .elementwise, bytesPerElement: 8, operationsPerElement: operations,
      arrays: { n, m, random in [random.array(n * m), random.array(n * m)] },
      fast: { k, n, m in fast(n * m, k.floats(0), k.floats(1)) },
      reference: { k, n, m in reference(n * m, k.floats(0), k.floats(1)) })
  }

  private static func binary(
    _ name: String, _ operations: Int, _ fast: @escaping Binary, _ reference: @escaping Binary
  ) -> Kernel {
    Kernel(
      name, .elementwise, bytesPerElement: 12, operationsPerElement: operations,
      arrays: { n, m, random in [random.array(n * m), random.array(n * m, in: 0.2...2), random.array(n * m)] },
      fast: { k, n, m in fast(n * m, k.floats(0), k.floats(1), k.floats(2)) },
      reference: { k, n, m in reference(n * m, k.floats(0), k.floats(1), k.floats(2)) })
  }

  private static func backward(
    _ name: String, _ operations: Int, _ fast: @escaping Backward, _ reference: @escaping Backward
  ) -> [Kernel] {
    [true, false].map { accumulate in
      Kernel(
        name + suffix(accumulate), .elementwise, bytesPerElement: accumulate ? 16 : 12,
        operationsPerElement: operations,
        arrays: { n, m, random in
          let signs = random.awayFromZero(n * m).map { name == "relu_backward" ? $0 : abs($0) }
          return [.floats(signs), random.array(n * m), random.array(n * m)]
        },
        fast: { k, n, m in fast(n * m, k.floats(0), k.floats(1), k.floats(2), accumulate) },
        reference: { k, n, m in reference(n * m, k.floats(0), k.floats(1), k.floats(2), accumulate) })
    }
  }
}
