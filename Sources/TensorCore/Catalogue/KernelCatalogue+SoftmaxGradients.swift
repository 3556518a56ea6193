import CKernels

extension KernelCatalogue {
  static let softmaxGradients: [KernelGradient] = [
    KernelGradient(
      name: "softmax_backward",
      inputs: { n, m, random in [random.floats(n * m)] },
      forward: { inputs, n, m in
        var output = inputs[0]
        unroll_softmax_reference(n, m, inputs[0], shorterRows(n, m), &output)
        return [output]
      },
      backward: { inputs, gradients, n, m in
        var (output, dx) = (inputs[0], inputs[0])
        unroll_softmax(n, m, inputs[0], shorterRows(n, m), &output)
        unroll_softmax_backward(n, m, output, gradients[0], shorterRows(n, m), &dx, false)
        return [dx]
      }),
    KernelGradient(
      name: "log_softmax_backward",
      inputs: { n, m, random in [random.floats(n * m)] },
      forward: { inputs, n, m in
        var output = inputs[0]
        unroll_log_softmax_reference(n, m, inputs[0], shorterRows(n, m), &output)
        return [output]
      },
      backward: { inputs, gradients, n, m in
        var (output, dx) = (inputs[0], inputs[0])
        unroll_log_softmax(n, m, inputs[0], shorterRows(n, m), &output)
        unroll_log_softmax_backward(n, m, output, gradients[0], shorterRows(n, m), &dx, false)
        return [dx]
      }),
    KernelGradient(
      name: "softmax_cross_entropy",
      inputs: { n, v, random in [random.floats(n * v)] },
      forward: { inputs, n, v in
        var (loss, nll) = (0.0, 0.0)
        unroll_cross_entropy_loss_reference(n, v, inputs[0], everyLabel(n, v), ignored, 0.1, &loss, &nll, nil)
        return [[Float(loss)]]
      },
      backward: { inputs, gradients, n, v in
        var logits = inputs[0]
        var (loss, nll) = (0.0, 0.0)
        unroll_softmax_cross_entropy(
          n, v, &logits, everyLabel(n, v), ignored, 0.1, gradients[0][0], &loss, &nll, nil)
        return [logits]
      }),
  ]

  /// The last row is one column short, so that columns beyond a length are differentiated too.
  private static func shorterRows(_ n: Int, _ m: Int) -> [Int32] { (0..<n).map { Int32($0 == n - 1 ? m - 1 : m) } }

  /// A different label for each row, the second one ignored.
  private static func everyLabel(_ n: Int, _ v: Int) -> [Int32] { (0..<n).map { $0 == 1 ? ignored : Int32($0 % v) } }
}
