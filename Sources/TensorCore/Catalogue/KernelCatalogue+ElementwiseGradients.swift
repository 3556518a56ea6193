import CKernels

private typealias Forward = @Sendable (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
private typealias Backward =
  @Sendable (Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Bool) -> Void

extension KernelCatalogue {
  static let elementwiseGradients: [KernelGradient] = [
    gradient("exp", unroll_exp_reference, unroll_exp_backward),
    gradient("log", positive: true, fromInput: true, unroll_log_reference, unroll_log_backward),
    gradient("sqrt", positive: true, unroll_sqrt_reference, unroll_sqrt_backward),
    gradient("square", fromInput: true, unroll_square_reference, unroll_square_backward),
    gradient("tanh", unroll_tanh_reference, unroll_tanh_backward),
    gradient("sigmoid", unroll_sigmoid_reference, unroll_sigmoid_backward),
    gradient("relu", unroll_relu_reference, unroll_relu_backward),
    KernelGradient(
      name: "divide_backward_numerator, divide_backward_denominator",
      inputs: { n, m, random in [random.floats(n * m), random.floats(n * m, in: 1...2)] },
      forward: { inputs, n, m in
        var quotient = inputs[0]
        unroll_divide_reference(n * m, inputs[0], inputs[1], &quotient)
        return [quotient]
      },
      backward: { inputs, gradients, n, m in
        var (quotient, dx, dy) = (inputs[0], inputs[0], inputs[1])
        unroll_divide(n * m, inputs[0], inputs[1], &quotient)
        unroll_divide_backward_numerator(n * m, inputs[1], gradients[0], &dx, false)
        unroll_divide_backward_denominator(n * m, inputs[1], quotient, gradients[0], &dy, false)
        return [dx, dy]
      }),
  ]

  /// A backward that reads the output of its forward, or its input.
  private static func gradient(
    _ name: String, positive: Bool = false, fromInput: Bool = false, _ forward: @escaping Forward,
    _ backward: @escaping Backward
  ) -> KernelGradient {
    KernelGradient(
      name: name + "_backward",
      inputs: { n, m, random in [positive ? random.floats(n * m, in: 1...3) : random.awayFromZero(n * m)] },
      forward: { inputs, n, m in
        var output = inputs[0]
        forward(n * m, inputs[0], &output)
        return [output]
      },
      backward: { inputs, gradients, n, m in
        var (known, dx) = (inputs[0], inputs[0])
        if !fromInput { forward(n * m, inputs[0], &known) }
        backward(n * m, known, gradients[0], &dx, false)
        return [dx]
      })
  }
}
