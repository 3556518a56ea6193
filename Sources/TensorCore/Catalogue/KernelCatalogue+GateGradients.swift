import CKernels

extension KernelCatalogue {
  static let gateGradients: [KernelGradient] = [
    KernelGradient(
      name: "lstm_backward",
      inputs: { n, h, random in [random.floats(n * 4 * h), random.floats(n * h)] },
      forward: { inputs, n, h in
        var gates = inputs[0]
        var c = inputs[1]
        var output = c
        unroll_lstm_forward_reference(n, h, &gates, nil, inputs[1], &c, &output)
        return [c, output]
      },
      backward: { inputs, gradients, n, h in
        var gates = inputs[0]
        var c = inputs[1]
        var output = c
        unroll_lstm_forward(n, h, &gates, nil, inputs[1], &c, &output)
        var dc = gradients[0]
        unroll_lstm_backward(n, h, &gates, inputs[1], c, gradients[1], &dc)
        return [gates, dc]
      }),
    KernelGradient(
      name: "lstm_backward_masked",
      inputs: { n, h, random in [random.floats(n * 4 * h), random.floats(n * h)] },
      forward: { inputs, n, h in
        var (gates, c, output) = (inputs[0], inputs[1], inputs[1])
        let (bias, mask) = ([Float](repeating: 0, count: 4 * h), alternatingMask(n * h))
        unroll_lstm_forward_masked_reference(n, h, &gates, bias, mask, inputs[1], &c, &output)
        return [c, output]
      },
      backward: { inputs, gradients, n, h in
        var (gates, c, output, dc) = (inputs[0], inputs[1], inputs[1], gradients[0])
        let (bias, mask) = ([Float](repeating: 0, count: 4 * h), alternatingMask(n * h))
        unroll_lstm_forward_masked(n, h, &gates, bias, mask, inputs[1], &c, &output)
        unroll_lstm_backward_masked(n, h, &gates, mask, inputs[1], c, gradients[1], &dc)
        return [gates, dc]
      }),
    KernelGradient(
      name: "gru_after_backward",
      inputs: { n, h, random in [random.floats(n * 3 * h), random.floats(n * h), random.floats(n * h)] },
      forward: { inputs, n, h in
        var gates = inputs[0]
        var hn = inputs[1]
        var output = inputs[2]
        unroll_gru_after_forward_reference(n, h, &gates, &hn, nil, nil, inputs[2], &output)
        return [output]
      },
      backward: { inputs, gradients, n, h in
        var gates = inputs[0]
        var hn = inputs[1]
        var output = inputs[2]
        unroll_gru_after_forward(n, h, &gates, &hn, nil, nil, inputs[2], &output)
        unroll_gru_after_backward(n, h, &gates, &hn, inputs[2], gradients[0], &output)
        return [gates, hn, output]
      }),
    KernelGradient(
      // The product between the two halves is the identity here: the candidate's input is gates + r h_prev.
      name: "gru_before_backward_output, gru_before_backward_reset",
      inputs: { n, h, random in [random.floats(n * 3 * h), random.floats(n * h)] },
      forward: { inputs, n, h in
        var (gates, rh, output) = (inputs[0], inputs[1], inputs[1])
        unroll_gru_before_reset_reference(n, h, &gates, nil, inputs[1], &rh)
        addToCandidate(&gates, rh, n, h)
        unroll_gru_before_output_reference(n, h, &gates, nil, inputs[1], &output)
        return [output]
      },
      backward: { inputs, gradients, n, h in
        var (gates, rh, output) = (inputs[0], inputs[1], inputs[1])
        unroll_gru_before_reset(n, h, &gates, nil, inputs[1], &rh)
        addToCandidate(&gates, rh, n, h)
        unroll_gru_before_output(n, h, &gates, nil, inputs[1], &output)
        unroll_gru_before_backward_output(n, h, &gates, inputs[1], gradients[0], &output)
        let drh = (0..<n * h).map { gates[$0 / h * 3 * h + 2 * h + $0 % h] }
        unroll_gru_before_backward_reset(n, h, &gates, inputs[1], drh, &output)
        return [gates, output]
      }),
    KernelGradient(
      name: "rnn_tanh_backward",
      inputs: { n, h, random in [random.floats(n * h)] },
      forward: { inputs, n, h in
        var output = inputs[0]
        unroll_rnn_tanh_forward_reference(n, h, inputs[0], nil, &output)
        return [output]
      },
      backward: { inputs, gradients, n, h in
        var (output, dgates) = (inputs[0], inputs[0])
        unroll_rnn_tanh_forward(n, h, inputs[0], nil, &output)
        unroll_rnn_tanh_backward(n, h, output, gradients[0], &dgates)
        return [dgates]
      }),
    KernelGradient(
      name: "rnn_relu_backward",
      inputs: { n, h, random in [random.awayFromZero(n * h)] },
      forward: { inputs, n, h in
        var output = inputs[0]
        unroll_rnn_relu_forward_reference(n, h, inputs[0], nil, &output)
        return [output]
      },
      backward: { inputs, gradients, n, h in
        var (output, dgates) = (inputs[0], inputs[0])
        unroll_rnn_relu_forward(n, h, inputs[0], nil, &output)
        unroll_rnn_relu_backward(n, h, output, gradients[0], &dgates)
        return [dgates]
      }),
  ]

  private static func addToCandidate(_ gates: inout [Float], _ rh: [Float], _ n: Int, _ h: Int) {
    for at in 0..<n * h { gates[at / h * 3 * h + 2 * h + at % h] += rh[at] }
  }
}

/// Two of three elements kept.
private func alternatingMask(_ count: Int) -> [Float] { (0..<count).map { $0 % 3 == 0 ? 0 : 1.5 } }
