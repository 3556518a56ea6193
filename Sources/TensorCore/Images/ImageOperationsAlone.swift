import COneDNN

/// The convolutions and poolings of a network without anything between them: the limit that a network's speed is held
/// against, and what oneDNN chose for each. No model runs on it.
package struct ImageOperationsAlone {
  private let plan: ImagePlan
  private let parts: ImageParts
  private let ways: [(way: unroll_dnnl_way, operations: ImageOperations)]
  private let arrays: [[Tensor]]

  /// The operations for so many images: those of `prepared`, or for training also those of the way back.
  package init(_ network: ImageNetwork, images: Int, training: Bool) {
    let plan = training ? network.plan : network.prepared().plan
    let cache = ImageOperationCache(plan)
    let parts = ImageParts(images, largest: plan.largestPiece)
    let wanted =
      training ? [UNROLL_DNNL_FORWARD, UNROLL_DNNL_BACKWARD_WEIGHTS, UNROLL_DNNL_BACKWARD] : [UNROLL_DNNL_INFERENCE]
    let wantsGradient = plan.gradientsWanted(ofInput: false)
    ways = wanted.map { way in
      var operations = ImageOperations(steps: plan.steps.count)
      operations.include(parts.sizes, cache, way) { step in
        guard case .convolution(let convolution, _) = plan.steps[step].work else { return nil }
        let skipped = way == UNROLL_DNNL_BACKWARD && !wantsGradient[plan.steps[step].input]
        return skipped ? nil : convolution.weight.value
      }
      return (way, operations)
    }
    // One array a value and part, as large as a piece: in the caches wherever that is possible.
    let largest = parts.sizes.first ?? 1
    arrays = parts.pieces.map { _ in plan.values.map { Tensor(zeros: [largest * $0.count]) } }
    (self.plan, self.parts) = (plan, parts)
  }

  /// Runs all of them once, over the threads as a pass does.
  package func callAsFunction() {
    Workers.shared.split(parts.pieces.count) { part in
      for (way, operations) in ways {
        for (index, step) in plan.steps.enumerated() {
          for piece in parts.pieces[part] {
            guard let (operation, weights) = operations.find(index, images: piece.count) else { continue }
            // Without weights of its own the way back to the images is not asked for.
            if operation.weightCount > 0, weights == nil, way != UNROLL_DNNL_BACKWARD_WEIGHTS { continue }
            let own = weights ?? Tensor(uninitialized: [operation.weightCount])
            let places = Tensor(zeros: [operation.placeCount])
            let bias = Tensor(zeros: [plan.values[step.output].channels])
            operation.run(
              ImageOperation.Arrays(
                input: arrays[part][step.input].base, output: arrays[part][step.output].base, weights: own.base,
                bias: bias.base, places: places.base))
            withExtendedLifetime((own, places, bias)) {}
          }
        }
      }
    }
  }

  /// The kernels that oneDNN chose, such as `jit:avx512_core`, each once.
  package var kernelNames: [String] { Set(ways.flatMap { $0.operations.kernelNames }).sorted() }
}
