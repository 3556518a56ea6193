import CKernels

extension KernelCatalogue {
  static let normalization: [Kernel] =
    [
      Kernel(
        "layer_norm", .normalization, tolerance: 1e-5, bytesPerElement: 8, operationsPerElement: 8,
        arrays: { n, m, random in
          [random.array(n * m), random.array(m), random.array(m), .zeros(n * m), .zeros(n), .zeros(n)]
        },
        fast: { k, n, m in
          unroll_layer_norm(
            n, m, k.floats(0), k.floats(1), k.floats(2), epsilon, k.floats(3), k.floats(4), k.floats(5))
        },
        reference: { k, n, m in
          unroll_layer_norm_reference(
            n, m, k.floats(0), k.floats(1), k.floats(2), epsilon, k.floats(3), k.floats(4), k.floats(5))
        })
    ]
    + [true, false].map { accumulate in
      Kernel(
        "layer_norm_backward" + suffix(accumulate), .normalization, tolerance: 3e-5,
        bytesPerElement: accumulate ? 16 : 12, operationsPerElement: 15,
        arrays: { n, m, random in
          [
            random.array(n * m), random.array(m), random.array(n), random.array(n, in: 0.2...2), random.array(n * m),
            random.array(n * m), random.array(m), random.array(m),
          ]
        },
        fast: { k, n, m in
          unroll_layer_norm_backward(
            n, m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), k.floats(4), k.floats(5), accumulate,
            k.floats(6), k.floats(7))
        },
        reference: { k, n, m in
          unroll_layer_norm_backward_reference(
            n, m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), k.floats(4), k.floats(5), accumulate,
            k.floats(6), k.floats(7))
        })
    }

  static let normalizationGradients: [KernelGradient] = [
    KernelGradient(
      name: "layer_norm_backward",
      inputs: { n, m, random in
        // Spread out, so that no row is nearly constant, where the slope changes within a step.
        let x = random.floats(n * m, in: -0.4...0.4).enumerated().map { $1 + Float($0 % m * 7 % 5) }
        return [x, random.floats(m), random.floats(m)]
      },
      forward: { inputs, n, m in
        var output = inputs[0]
        var (mean, inverse) = ([Float](repeating: 0, count: n), [Float](repeating: 0, count: n))
        unroll_layer_norm_reference(n, m, inputs[0], inputs[1], inputs[2], epsilon, &output, &mean, &inverse)
        return [output]
      },
      backward: { inputs, gradients, n, m in
        var (output, dx) = (inputs[0], inputs[0])
        var (mean, inverse) = ([Float](repeating: 0, count: n), [Float](repeating: 0, count: n))
        var (dgain, dbias) = ([Float](repeating: 0, count: m), [Float](repeating: 0, count: m))
        unroll_layer_norm(n, m, inputs[0], inputs[1], inputs[2], epsilon, &output, &mean, &inverse)
        unroll_layer_norm_backward(
          n, m, inputs[0], inputs[1], mean, inverse, gradients[0], &dx, false, &dgain, &dbias)
        return [dx, dgain, dbias]
      })
  ]

  private static let epsilon: Float = 1e-5
}
