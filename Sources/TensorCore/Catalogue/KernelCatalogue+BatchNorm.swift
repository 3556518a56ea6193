import CKernels

extension KernelCatalogue {
  static let batchNorm: [Kernel] =
    [
      Kernel(
        "channel_sums", .batchNorm, tolerance: 1e-5, bytesPerElement: 4, operationsPerElement: 4,
        arrays: { n, m, random in [random.array(n * m), random.array(m), doubles(m), doubles(m)] },
        fast: { k, n, m in unroll_channel_sums(n, m, k.floats(0), k.floats(1), k.doubles(2), k.doubles(3)) },
        reference: { k, n, m in
          unroll_channel_sums_reference(n, m, k.floats(0), k.floats(1), k.doubles(2), k.doubles(3))
        }),
      Kernel(
        "channel_products", .batchNorm, tolerance: 1e-5, bytesPerElement: 8, operationsPerElement: 4,
        arrays: { n, m, random in
          [random.array(n * m), random.array(m), random.array(n * m), doubles(m), doubles(m)]
        },
        fast: { k, n, m in
          unroll_channel_products(n, m, k.floats(0), k.floats(1), k.floats(2), k.doubles(3), k.doubles(4))
        },
        reference: { k, n, m in
          unroll_channel_products_reference(n, m, k.floats(0), k.floats(1), k.floats(2), k.doubles(3), k.doubles(4))
        }),
      Kernel(
        "channel_gradient", .batchNorm, bytesPerElement: 12, operationsPerElement: 5,
        arrays: { n, m, random in
          [
            random.array(n * m), random.array(m), random.array(n * m), random.array(m), random.array(m),
            random.array(m),
          ]
        },
        fast: { k, n, m in
          unroll_channel_gradient(
            n, m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), k.floats(4), k.floats(5), k.floats(2))
        },
        reference: { k, n, m in
          unroll_channel_gradient_reference(
            n, m, k.floats(0), k.floats(1), k.floats(2), k.floats(3), k.floats(4), k.floats(5), k.floats(2))
        }),
    ] + [false, true].flatMap { beside in affineAndClips(beside: beside) }

  /// With a second array that is added on the way, and without.
  private static func affineAndClips(beside: Bool) -> [Kernel] {
    let suffix = beside ? "_beside" : ""
    return [
      Kernel(
        "channel_affine" + suffix, .batchNorm, bytesPerElement: beside ? 12 : 8, operationsPerElement: 4,
        arrays: { n, m, random in
          [random.array(n * m), random.array(m), random.array(m), random.array(n * m), .zeros(n * m)]
        },
        fast: { k, n, m in
          unroll_channel_affine(
            n, m, k.floats(0), k.floats(1), k.floats(2), beside ? k.floats(3) : nil, low, high, k.floats(4))
        },
        reference: { k, n, m in
          unroll_channel_affine_reference(
            n, m, k.floats(0), k.floats(1), k.floats(2), beside ? k.floats(3) : nil, low, high, k.floats(4))
        }),
      Kernel(
        "clip" + suffix, .batchNorm, bytesPerElement: beside ? 12 : 8, operationsPerElement: 3,
        arrays: { n, m, random in [random.array(n * m), random.array(n * m), .zeros(n * m)] },
        fast: { k, n, m in unroll_clip(n * m, k.floats(0), beside ? k.floats(1) : nil, low, high, k.floats(2)) },
        reference: { k, n, m in
          unroll_clip_reference(n * m, k.floats(0), beside ? k.floats(1) : nil, low, high, k.floats(2))
        }),
      Kernel(
        "clip_backward" + suffix, .batchNorm, bytesPerElement: beside ? 16 : 12, operationsPerElement: 4,
        arrays: { n, m, random in [random.array(n * m), random.array(n * m), random.array(n * m)] },
        fast: { k, n, m in
          unroll_clip_backward(
            n * m, k.floats(0), k.floats(1), beside ? k.floats(2) : nil, low, high, k.floats(1))
        },
        reference: { k, n, m in
          unroll_clip_backward_reference(
            n * m, k.floats(0), k.floats(1), beside ? k.floats(2) : nil, low, high, k.floats(1))
        }),
    ]
  }

  static let batchNormGradients: [KernelGradient] = [
    KernelGradient(
      name: "clip_backward",
      inputs: { n, m, random in [random.awayFromZero(n * m)] },
      forward: { inputs, n, m in
        var y = inputs[0]
        unroll_clip_reference(n * m, inputs[0], nil, 0, .infinity, &y)
        return [y]
      },
      backward: { inputs, gradients, n, m in
        var (y, dx) = (inputs[0], inputs[0])
        unroll_clip(n * m, inputs[0], nil, 0, .infinity, &y)
        unroll_clip_backward(n * m, y, gradients[0], nil, 0, .infinity, &dx)
        return [dx]
      }),
    // With fixed statistics: what the batch's own add to the gradient is checked in whole networks.
    KernelGradient(
      name: "channel_gradient",
      inputs: { n, m, random in [random.floats(n * m), random.floats(m), random.floats(m)] },
      forward: { inputs, n, m in
        var y = inputs[0]
        unroll_channel_affine_reference(n, m, inputs[0], inputs[1], inputs[2], nil, -.infinity, .infinity, &y)
        return [y]
      },
      backward: { inputs, gradients, n, m in
        let zeros = [Float](repeating: 0, count: m)
        var (sums, products) = ([Double](repeating: 0, count: m), [Double](repeating: 0, count: m))
        var dx = inputs[0]
        unroll_channel_products(n, m, inputs[0], zeros, gradients[0], &sums, &products)
        unroll_channel_gradient(n, m, inputs[0], zeros, gradients[0], inputs[1], zeros, zeros, &dx)
        return [dx, products.map { Float($0) }, sums.map { Float($0) }]
      }),
  ]

  private static func doubles(_ count: Int) -> KernelArray { .doubles([Double](repeating: 0.5, count: count)) }

  /// A rectifier that cuts on both sides.
  private static let (low, high): (Float, Float) = (0, 1.5)
}
