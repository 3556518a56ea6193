import CKernels

/// Rows are target steps, columns the width; there is always a fixed number of source positions.
extension KernelCatalogue {
  static let attention: [Kernel] = [
    Kernel(
      "additive_scores", .attention, tolerance: 1e-5, bytesPerElement: 8 * positions,
      operationsPerElement: 18 * positions,
      arrays: { t, a, random in
        [
          random.array(t * 2 * a), random.array(positions * (a + 3)), random.array(a),
          random.array(t * (positions + 1)),
        ]
      },
      fast: { k, t, a in
        unroll_additive_scores(
          t, positions, a, k.floats(0), 2 * a, k.floats(1), a + 3, k.floats(2), k.floats(3), positions + 1)
      },
      reference: { k, t, a in
        unroll_additive_scores_reference(
          t, positions, a, k.floats(0), 2 * a, k.floats(1), a + 3, k.floats(2), k.floats(3), positions + 1)
      }),
    Kernel(
      "additive_scores_backward", .attention, tolerance: 1e-5, bytesPerElement: 28 * positions,
      operationsPerElement: 24 * positions,
      arrays: { t, a, random in
        [
          random.array(t * 2 * a), random.array(positions * (a + 3)), random.array(a),
          random.array(t * (positions + 1)), random.array(t * 2 * a), random.array(positions * (a + 3)),
          random.array(a),
        ]
      },
      fast: { k, t, a in
        unroll_additive_scores_backward(
          t, positions, a, k.floats(0), 2 * a, k.floats(1), a + 3, k.floats(2), k.floats(3), positions + 1,
          k.floats(4), 2 * a, k.floats(5), a + 3, k.floats(6))
      },
      reference: { k, t, a in
        unroll_additive_scores_backward_reference(
          t, positions, a, k.floats(0), 2 * a, k.floats(1), a + 3, k.floats(2), k.floats(3), positions + 1,
          k.floats(4), 2 * a, k.floats(5), a + 3, k.floats(6))
      }),
  ]

  static let attentionGradients: [KernelGradient] = [
    KernelGradient(
      name: "additive_scores_backward",
      inputs: { t, a, random in [random.floats(t * a), random.floats(positions * a), random.floats(a)] },
      forward: { inputs, t, a in
        var scores = [Float](repeating: 0, count: t * positions)
        unroll_additive_scores_reference(
          t, positions, a, inputs[0], a, inputs[1], a, inputs[2], &scores, positions)
        return [scores]
      },
      backward: { inputs, gradients, t, a in
        let zeros = inputs.map { [Float](repeating: 0, count: $0.count) }
        var (dquery, dkey, denergy) = (zeros[0], zeros[1], zeros[2])
        unroll_additive_scores_backward(
          t, positions, a, inputs[0], a, inputs[1], a, inputs[2], gradients[0], positions, &dquery, a, &dkey, a,
          &denergy)
        return [dquery, dkey, denergy]
      })
  ]

  private static let positions = 5
}
