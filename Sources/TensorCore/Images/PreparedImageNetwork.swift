import CKernels
import COneDNN

/// An image network for inference: normalisations are folded into the convolutions before them, rectifiers and sums
/// happen as a convolution writes, and weights lie in the order that oneDNN reads.
///
/// Each thread takes its images through all layers, a few at a time, so that what lies between two layers stays in its
/// caches. One image runs on one thread. Used from the tensor thread.
package final class PreparedImageNetwork: @unchecked Sendable {
  let plan: ImagePlan
  private let cache: ImageOperationCache
  /// Weights and biases of each convolution, with what was folded into it.
  private let weights: [Tensor?]
  private let biases: [Tensor?]
  private let normalizations: [Int: (scale: Tensor, shift: Tensor)]
  /// For the sizes of pieces that have come so far.
  private var operations: ImageOperations

  init(_ graph: ImageGraph, output: ImageOutput) {
    plan = ImagePlan(graph, output: output, training: false)
    cache = ImageOperationCache(plan)
    operations = ImageOperations(steps: plan.steps.count)
    var weights: [Tensor?] = []
    var biases: [Tensor?] = []
    var normalizations: [Int: (scale: Tensor, shift: Tensor)] = [:]
    for (index, step) in plan.steps.enumerated() {
      var (weight, bias): (Tensor?, Tensor?)
      switch step.work {
      case .convolution(let convolution, let folded):
        (weight, bias) = (convolution.weight.value, convolution.bias?.value)
        if let folded { (weight, bias) = convolution.folding(folded) }
      case .normalization(let normalization):
        let (scale, shift) = normalization.runningAffine
        let tiles = ChannelTiles(plan.values[step.input], plan.layouts[step.input])
        normalizations[index] = (tiles.spread(scale), tiles.spread(shift))
      case .activation, .pooling, .addition, .arrangement: break
      }
      weights.append(weight)
      biases.append(bias)
    }
    (self.weights, self.biases, self.normalizations) = (weights, biases, normalizations)
  }

  /// The length of the row that each image becomes.
  package var width: Int { plan.output.width }

  /// Runs the network over `images` `[N, C, H, W]`, any number of them; the result is `[N, width]`.
  package func callAsFunction(_ images: Tensor) -> Tensor {
    let shape = plan.values[0]
    precondition(
      images.shape.dropFirst() == [shape.channels, shape.height, shape.width] && images.rank == 4,
      "a network for images [\(shape.channels), \(shape.height), \(shape.width)] was given \(images.shape)")
    let source = images.detached
    let rows = Tensor(uninitialized: [images.shape[0], width])
    let parts = ImageParts(images.shape[0], largest: plan.largestPiece)
    if images.shape[0] == 0 { return rows }
    operations.include(parts.sizes, cache, UNROLL_DNNL_INFERENCE) { weights[$0] }
    let operations = operations
    parts.forEachPiece { _, piece in
      run(
        piece.count, operations, source.pointer + piece.lowerBound * shape.count,
        into: rows.base + piece.lowerBound * width)
    }
    return rows
  }

  /// Takes a few images through all steps, on this thread.
  private func run(
    _ count: Int, _ operations: ImageOperations, _ planes: UnsafePointer<Float>,
    into rows: UnsafeMutablePointer<Float>
  ) {
    let all = 0..<count
    var values = [Tensor?](repeating: nil, count: plan.values.count)
    let input = Tensor(uninitialized: [count, plan.values[0].count])
    plan.layouts[0].enter(all, of: plan.values[0], planes, into: input.base)
    values[0] = input
    for (index, step) in plan.steps.enumerated() {
      guard let input = values[step.input] else { preconditionFailure("step \(index) has no input") }
      let residual = step.residual.flatMap { values[$0] }
      // A sum is added to where it lies, if nobody else reads it.
      var output = Tensor(uninitialized: [0])
      if case .convolution = step.work, let own = step.residual, let residual, plan.lastUse[own] == index,
        own != step.input
      {
        output = residual
      } else {
        output = Tensor(uninitialized: [count, plan.values[step.output].count])
        if case .convolution = step.work, let residual {
          output.base.update(from: residual.pointer, count: output.count)
        }
      }
      compute(index, step, images: count, operations, from: input, residual: residual, into: output)
      for value in [step.input, step.residual ?? step.input] where plan.lastUse[value] == index { values[value] = nil }
      values[step.output] = output
    }
    let last = plan.output.value.index
    guard let result = values[last] else { preconditionFailure("the network has no output") }
    plan.output.read(all, result.pointer, plan.layouts[last], into: rows)
  }

  private func compute(
    _ index: Int, _ step: ImagePlan.Step, images: Int, _ operations: ImageOperations, from input: Tensor,
    residual: Tensor?, into output: Tensor
  ) {
    let (low, high) = step.activation.limits
    switch step.work {
    case .convolution, .pooling:
      let (operation, packed) = operations(index, images: images)
      operation.run(
        ImageOperation.Arrays(
          input: input.base, output: output.base, weights: packed?.base, bias: biases[index]?.base))
    case .normalization:
      guard let (scale, shift) = normalizations[index] else { preconditionFailure("no normalisation at \(index)") }
      let tiles = ChannelTiles(plan.values[step.input], plan.layouts[step.input])
      for image in 0..<images {
        tiles.forEach(image: image) { start, spread, rows, columns in
          unroll_channel_affine(
            rows, columns, input.pointer + start, scale.pointer + spread, shift.pointer + spread,
            residual.map { $0.pointer + start }, low, high, output.base + start)
        }
      }
    case .activation, .addition:
      unroll_clip(output.count, input.pointer, residual?.pointer, low, high, output.base)
    case .arrangement:
      plan.layouts[step.input].arrange(
        0..<images, of: plan.values[step.input], input.pointer, as: plan.layouts[step.output], into: output.base)
    }
  }
}

extension ImageNormalization {
  /// y = x · scale + shift by the running statistics.
  fileprivate var runningAffine: (scale: [Float], shift: [Float]) {
    ChannelStatistics(mean: runningMean.value, variance: runningVariance.value, epsilon: epsilon)
      .affine(gain: weight.value, bias: bias.value)
  }
}

extension ImageConvolution {
  /// Weights and biases that do what the convolution and a normalisation behind it do.
  fileprivate func folding(_ normalization: ImageNormalization) -> (weight: Tensor, bias: Tensor) {
    let (scale, shift) = normalization.runningAffine
    let (shape, inner) = (weight.value.shape, weight.value.count / weight.value.shape[0])
    let folded = Tensor(uninitialized: shape)
    for channel in 0..<shape[0] {
      unroll_scale(
        inner, scale[channel], weight.value.pointer + channel * inner, folded.base + channel * inner)
    }
    let old = bias?.value.values ?? [Float](repeating: 0, count: shape[0])
    return (folded, Tensor(zip(old, zip(scale, shift)).map { $0 * $1.0 + $1.1 }, shape: [shape[0]]))
  }
}
