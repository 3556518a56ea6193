import CKernels

/// Rows are sequences, columns hidden units.
extension KernelCatalogue {
  static let gates: [Kernel] = [
    Kernel(
      "lstm_forward", .gates, bytesPerElement: 44, operationsPerElement: 66,
      arrays: { n, h, random in
        [
          random.array(n * 4 * h, in: -4...4), random.array(4 * h), random.array(n * h), .zeros(n * h), .zeros(n * h),
        ]
      },
      fast: { m, n, h in unroll_lstm_forward(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4)) },
      reference: { m, n, h in
        unroll_lstm_forward_reference(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4))
      }),
    Kernel(
      "lstm_forward (no bias, in place)", .gates, bytesPerElement: 44, operationsPerElement: 62,
      arrays: { n, h, random in [random.array(n * 4 * h, in: -4...4), random.array(n * h), .zeros(n * h)] },
      fast: { m, n, h in unroll_lstm_forward(n, h, m.floats(0), nil, m.floats(1), m.floats(1), m.floats(2)) },
      reference: { m, n, h in
        unroll_lstm_forward_reference(n, h, m.floats(0), nil, m.floats(1), m.floats(1), m.floats(2))
      }),
    Kernel(
      "lstm_backward", .gates, bytesPerElement: 52, operationsPerElement: 34,
      arrays: { n, h, random in
        [
          random.array(n * 4 * h, in: 0...1), random.array(n * h), random.array(n * h), random.array(n * h),
          random.array(n * h),
        ]
      },
      fast: { m, n, h in unroll_lstm_backward(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4)) },
      reference: { m, n, h in
        unroll_lstm_backward_reference(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4))
      }),
    Kernel(
      "lstm_forward_masked", .gates, bytesPerElement: 48, operationsPerElement: 67,
      arrays: { n, h, random in
        [
          random.array(n * 4 * h, in: -4...4), random.array(4 * h), random.array(n * h), random.array(n * h),
          .zeros(n * h), .zeros(n * h),
        ]
      },
      fast: { m, n, h in
        unroll_lstm_forward_masked(
          n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4), m.floats(5))
      },
      reference: { m, n, h in
        unroll_lstm_forward_masked_reference(
          n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4), m.floats(5))
      }),
    Kernel(
      "lstm_backward_masked", .gates, bytesPerElement: 56, operationsPerElement: 35,
      arrays: { n, h, random in
        [
          random.array(n * 4 * h, in: 0...1), random.array(n * h), random.array(n * h), random.array(n * h),
          random.array(n * h), random.array(n * h),
        ]
      },
      fast: { m, n, h in
        unroll_lstm_backward_masked(
          n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4), m.floats(5))
      },
      reference: { m, n, h in
        unroll_lstm_backward_masked_reference(
          n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4), m.floats(5))
      }),
    gruAfterForward("gru_after_forward", bias: true, biasHidden: true),
    gruAfterForward("gru_after_forward (input bias)", bias: true, biasHidden: false),
    gruAfterForward("gru_after_forward (hidden bias)", bias: false, biasHidden: true),
    gruAfterForward("gru_after_forward (no bias)", bias: false, biasHidden: false),
    Kernel(
      "gru_after_backward", .gates, bytesPerElement: 44, operationsPerElement: 16,
      arrays: { n, h, random in
        [
          random.array(n * 3 * h, in: 0...1), random.array(n * h), random.array(n * h), random.array(n * h),
          .zeros(n * h),
        ]
      },
      fast: { m, n, h in
        unroll_gru_after_backward(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4))
      },
      reference: { m, n, h in
        unroll_gru_after_backward_reference(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3), m.floats(4))
      }),
    gruBeforeReset("gru_before_reset", bias: true),
    gruBeforeReset("gru_before_reset (no bias)", bias: false),
    gruBeforeOutput("gru_before_output", bias: true),
    gruBeforeOutput("gru_before_output (no bias)", bias: false),
    Kernel(
      "gru_before_backward_output", .gates, bytesPerElement: 28, operationsPerElement: 10,
      arrays: { n, h, random in
        [random.array(n * 3 * h, in: 0...1), random.array(n * h), random.array(n * h), .zeros(n * h)]
      },
      fast: { m, n, h in
        unroll_gru_before_backward_output(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3))
      },
      reference: { m, n, h in
        unroll_gru_before_backward_output_reference(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3))
      }),
    Kernel(
      "gru_before_backward_reset", .gates, bytesPerElement: 24, operationsPerElement: 6,
      arrays: { n, h, random in
        [random.array(n * 3 * h, in: 0...1), random.array(n * h), random.array(n * h), random.array(n * h)]
      },
      fast: { m, n, h in unroll_gru_before_backward_reset(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3)) },
      reference: { m, n, h in
        unroll_gru_before_backward_reset_reference(n, h, m.floats(0), m.floats(1), m.floats(2), m.floats(3))
      }),
    Kernel(
      "rnn_tanh_forward", .gates, bytesPerElement: 8, operationsPerElement: 16,
      arrays: { n, h, random in [random.array(n * h, in: -4...4), random.array(h), .zeros(n * h)] },
      fast: { m, n, h in unroll_rnn_tanh_forward(n, h, m.floats(0), m.floats(1), m.floats(2)) },
      reference: { m, n, h in unroll_rnn_tanh_forward_reference(n, h, m.floats(0), m.floats(1), m.floats(2)) }),
    Kernel(
      "rnn_tanh_forward (no bias, in place)", .gates, bytesPerElement: 8, operationsPerElement: 15,
      arrays: { n, h, random in [random.array(n * h, in: -4...4)] },
      fast: { m, n, h in unroll_rnn_tanh_forward(n, h, m.floats(0), nil, m.floats(0)) },
      reference: { m, n, h in unroll_rnn_tanh_forward_reference(n, h, m.floats(0), nil, m.floats(0)) }),
    Kernel(
      "rnn_relu_forward", .gates, bytesPerElement: 8, operationsPerElement: 2,
      arrays: { n, h, random in [random.array(n * h), random.array(h), .zeros(n * h)] },
      fast: { m, n, h in unroll_rnn_relu_forward(n, h, m.floats(0), m.floats(1), m.floats(2)) },
      reference: { m, n, h in unroll_rnn_relu_forward_reference(n, h, m.floats(0), m.floats(1), m.floats(2)) }),
    Kernel(
      "rnn_tanh_backward", .gates, bytesPerElement: 12, operationsPerElement: 3,
      arrays: { n, h, random in [random.array(n * h, in: -1...1), random.array(n * h), .zeros(n * h)] },
      fast: { m, n, h in unroll_rnn_tanh_backward(n, h, m.floats(0), m.floats(1), m.floats(2)) },
      reference: { m, n, h in unroll_rnn_tanh_backward_reference(n, h, m.floats(0), m.floats(1), m.floats(2)) }),
    Kernel(
      "rnn_relu_backward", .gates, bytesPerElement: 12, operationsPerElement: 1,
      arrays: { n, h, random in [random.array(n * h, in: -1...1), random.array(n * h), .zeros(n * h)] },
      fast: { m, n, h in unroll_rnn_relu_backward(n, h, m.floats(0), m.floats(1), m.floats(2)) },
      reference: { m, n, h in unroll_rnn_relu_backward_reference(n, h, m.floats(0), m.floats(1), m.floats(2)) }),
  ]

  private static func gruAfterForward(_ name: String, bias: Bool, biasHidden: Bool) -> Kernel {
    Kernel(
      name, .gates, bytesPerElement: 40, operationsPerElement: 46,
      arrays: { n, h, random in
        [
          random.array(n * 3 * h, in: -4...4), random.array(n * h), random.array(3 * h), random.array(h),
          random.array(n * h), .zeros(n * h),
        ]
      },
      fast: { m, n, h in
        unroll_gru_after_forward(
          n, h, m.floats(0), m.floats(1), bias ? m.floats(2) : nil, biasHidden ? m.floats(3) : nil, m.floats(4),
          m.floats(5))
      },
      reference: { m, n, h in
        unroll_gru_after_forward_reference(
          n, h, m.floats(0), m.floats(1), bias ? m.floats(2) : nil, biasHidden ? m.floats(3) : nil, m.floats(4),
          m.floats(5))
      })
  }

  private static func gruBeforeReset(_ name: String, bias: Bool) -> Kernel {
    Kernel(
      name, .gates, bytesPerElement: 24, operationsPerElement: 27,
      arrays: { n, h, random in
        [random.array(n * 3 * h, in: -4...4), random.array(3 * h), random.array(n * h), .zeros(n * h)]
      },
      fast: { m, n, h in
        unroll_gru_before_reset(n, h, m.floats(0), bias ? m.floats(1) : nil, m.floats(2), m.floats(3))
      },
      reference: { m, n, h in
        unroll_gru_before_reset_reference(n, h, m.floats(0), bias ? m.floats(1) : nil, m.floats(2), m.floats(3))
      })
  }

  private static func gruBeforeOutput(_ name: String, bias: Bool) -> Kernel {
    Kernel(
      name, .gates, bytesPerElement: 20, operationsPerElement: 19,
      arrays: { n, h, random in
        [random.array(n * 3 * h, in: -4...4), random.array(3 * h), random.array(n * h), .zeros(n * h)]
      },
      fast: { m, n, h in
        unroll_gru_before_output(n, h, m.floats(0), bias ? m.floats(1) : nil, m.floats(2), m.floats(3))
      },
      reference: { m, n, h in
        unroll_gru_before_output_reference(n, h, m.floats(0), bias ? m.floats(1) : nil, m.floats(2), m.floats(3))
      })
  }
}
