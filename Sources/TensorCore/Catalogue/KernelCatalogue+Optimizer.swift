import CKernels

extension KernelCatalogue {
  static let optimizers: [Kernel] =
    [
      adam("adam", weightDecay: 0, decoupled: false), adam("adam (weight decay)", weightDecay: 0.1, decoupled: false),
      adam("adam (decoupled weight decay)", weightDecay: 0.1, decoupled: true),
      sgd("sgd (momentum)", nesterov: false), sgd("sgd (Nesterov)", nesterov: true),
      Kernel(
        "sgd", .optimizer, bytesPerElement: 12, operationsPerElement: 5,
        arrays: { n, m, random in [random.array(n * m), random.array(n * m)] },
        fast: { k, n, m in unroll_sgd(n * m, k.floats(0), k.floats(1), nil, 0.1, 0, 0.01, false, 0.5) },
        reference: { k, n, m in
          unroll_sgd_reference(n * m, k.floats(0), k.floats(1), nil, 0.1, 0, 0.01, false, 0.5)
        }),
    ] + adaptive

  /// Means of squared gradients, and what goes before an update.
  private static let adaptive: [Kernel] = [
    Kernel(
      "adagrad", .optimizer, bytesPerElement: 20, operationsPerElement: 7,
      arrays: { n, m, random in [random.array(n * m), random.array(n * m), random.array(n * m, in: 0.01...1)] },
      fast: { k, n, m in unroll_adagrad(n * m, k.floats(0), k.floats(1), k.floats(2), 0.1, 1e-8, 0.5) },
      reference: { k, n, m in
        unroll_adagrad_reference(n * m, k.floats(0), k.floats(1), k.floats(2), 0.1, 1e-8, 0.5)
      }),
    Kernel(
      "rmsprop", .optimizer, bytesPerElement: 20, operationsPerElement: 10,
      arrays: { n, m, random in [random.array(n * m), random.array(n * m), random.array(n * m, in: 0.01...1)] },
      fast: { k, n, m in
        unroll_rmsprop(n * m, k.floats(0), k.floats(1), k.floats(2), nil, 0.1, 0.9, 1e-8, 0, 0.5)
      },
      reference: { k, n, m in
        unroll_rmsprop_reference(n * m, k.floats(0), k.floats(1), k.floats(2), nil, 0.1, 0.9, 1e-8, 0, 0.5)
      }),
    Kernel(
      "rmsprop (momentum)", .optimizer, bytesPerElement: 28, operationsPerElement: 12,
      arrays: { n, m, random in
        [random.array(n * m), random.array(n * m), random.array(n * m, in: 0.01...1), random.array(n * m)]
      },
      fast: { k, n, m in
        unroll_rmsprop(n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), 0.1, 0.9, 1e-8, 0.9, 0.5)
      },
      reference: { k, n, m in
        unroll_rmsprop_reference(n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), 0.1, 0.9, 1e-8, 0.9, 0.5)
      }),
    Kernel(
      "adadelta", .optimizer, bytesPerElement: 28, operationsPerElement: 16,
      arrays: { n, m, random in
        [
          random.array(n * m), random.array(n * m), random.array(n * m, in: 0.01...1),
          random.array(n * m, in: 0.01...1),
        ]
      },
      fast: { k, n, m in
        unroll_adadelta(n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), 0.7, 0.9, 1e-6, 0.5)
      },
      reference: { k, n, m in
        unroll_adadelta_reference(n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), 0.7, 0.9, 1e-6, 0.5)
      }),
    Kernel(
      "clamp_gradient", .optimizer, bytesPerElement: 8, operationsPerElement: 3,
      arrays: { n, m, random in [random.array(n * m)] },
      fast: { k, n, m in unroll_clamp_gradient(n * m, k.floats(0), 0.3, 0.5) },
      reference: { k, n, m in unroll_clamp_gradient_reference(n * m, k.floats(0), 0.3, 0.5) }),
  ]

  private static func adam(_ name: String, weightDecay: Float, decoupled: Bool) -> Kernel {
    Kernel(
      name, .optimizer, bytesPerElement: 28, operationsPerElement: 14,
      arrays: { n, m, random in
        [
          random.array(n * m), random.array(n * m), random.array(n * m, in: -0.1...0.1),
          random.array(n * m, in: 0.01...1),
        ]
      },
      fast: { k, n, m in
        unroll_adam(
          n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), 7, 0.1, 0.9, 0.999, 1e-8, weightDecay, decoupled,
          0.5)
      },
      reference: { k, n, m in
        unroll_adam_reference(
          n * m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), 7, 0.1, 0.9, 0.999, 1e-8, weightDecay, decoupled,
          0.5)
      })
  }

  private static func sgd(_ name: String, nesterov: Bool) -> Kernel {
    Kernel(
      name, .optimizer, bytesPerElement: 20, operationsPerElement: 8,
      arrays: { n, m, random in [random.array(n * m), random.array(n * m), random.array(n * m)] },
      fast: { k, n, m in
        unroll_sgd(n * m, k.floats(0), k.floats(1), k.floats(2), 0.1, 0.9, 0.01, nesterov, 0.5)
      },
      reference: { k, n, m in
        unroll_sgd_reference(n * m, k.floats(0), k.floats(1), k.floats(2), 0.1, 0.9, 0.01, nesterov, 0.5)
      })
  }
}
