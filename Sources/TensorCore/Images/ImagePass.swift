import CKernels
import COneDNN

/// One pass of training over some images: each step over the whole batch before the next, images shared out over the
/// threads, everything that the way back reads kept in its layout.
final class ImagePass {
  let plan: ImagePlan
  let cache: ImageOperationCache
  let parameters: ImageParameters
  let images: Int
  let parts: ImageParts
  /// Whether normalisations use their running statistics instead of the batch's.
  let frozen: Bool
  /// By value; nil before it is made and after its last reader.
  var values: [Tensor?]
  /// Of each normalisation, by step.
  var statistics: [Int: ChannelStatistics] = [:]
  /// Where each pooling found its maxima, by step.
  var places: [Int: Tensor] = [:]

  init(_ plan: ImagePlan, _ cache: ImageOperationCache, _ parameters: ImageParameters, images: Int, frozen: Bool) {
    self.plan = plan
    self.cache = cache
    self.parameters = parameters
    self.images = images
    self.frozen = frozen
    parts = ImageParts(images, largest: plan.largestPiece)
    values = [Tensor?](repeating: nil, count: plan.values.count)
  }

  /// Memory for a value of every image.
  func makeValue(_ index: Int) -> Tensor { Tensor(uninitialized: [images, plan.values[index].count]) }

  /// A value that is there.
  func value(_ index: Int) -> Tensor {
    guard let value = values[index] else { preconditionFailure("value \(index) of the network is not there") }
    return value
  }

  /// The operations that the pass needs one way, with their weights.
  func operations(_ way: unroll_dnnl_way, weights: (Int) -> Tensor?) -> ImageOperations {
    var operations = ImageOperations(steps: plan.steps.count)
    operations.include(parts.sizes, cache, way, weights: weights)
    return operations
  }

  // MARK: Forward

  /// Runs the network over `x` `[N, C, H, W]`; the result is `[N, width]`. `updating` moves running statistics.
  func forward(_ x: Tensor, updating: Bool) -> Tensor {
    let operations = operations(UNROLL_DNNL_FORWARD) { parameters[$0].weight }
    enter(x)
    for (index, step) in plan.steps.enumerated() {
      let output = makeValue(step.output)
      values[step.output] = output
      switch step.work {
      case .convolution(let convolution, _): convolve(index, step, convolution, operations, into: output)
      case .pooling: pool(index, step, operations, into: output)
      case .normalization(let normalization):
        normalize(index, step, normalization, updating: updating, into: output)
      case .activation, .addition: combine(step, into: output)
      case .arrangement: arrange(step, into: output)
      }
      releaseUnread(after: index)
    }
    let result = Tensor(uninitialized: [images, plan.output.width])
    let (last, layout) = (value(plan.output.value.index), plan.layouts[plan.output.value.index])
    parts.forEachPiece { _, piece in plan.output.read(piece, last.pointer, layout, into: result.base) }
    return result
  }

  private func enter(_ x: Tensor) {
    let input = makeValue(0)
    parts.forEachPiece { _, piece in plan.layouts[0].enter(piece, of: plan.values[0], x.pointer, into: input.base) }
    values[0] = input
  }

  /// Lets go of values that no later step and no way back reads.
  private func releaseUnread(after index: Int) {
    for value in plan.values.indices where plan.lastUse[value] == index && !plan.isKept[value] { values[value] = nil }
  }

  private func convolve(
    _ index: Int, _ step: ImagePlan.Step, _ convolution: ImageConvolution, _ operations: ImageOperations,
    into output: Tensor
  ) {
    let (input, bias) = (value(step.input), parameters[index].bias)
    let (inputCount, outputCount) = (plan.values[step.input].count, plan.values[step.output].count)
    parts.forEachPiece { _, piece in
      let (operation, weights) = operations(index, images: piece.count)
      operation.run(
        ImageOperation.Arrays(
          input: input.base + piece.lowerBound * inputCount, output: output.base + piece.lowerBound * outputCount,
          weights: weights?.base, bias: bias?.base))
    }
  }

  private func pool(_ index: Int, _ step: ImagePlan.Step, _ operations: ImageOperations, into output: Tensor) {
    let input = value(step.input)
    let (inputCount, outputCount) = (plan.values[step.input].count, plan.values[step.output].count)
    let placesPerImage = self.placesPerImage(index, operations)
    let places = placesPerImage > 0 ? Tensor(uninitialized: [images, placesPerImage]) : nil
    self.places[index] = places
    parts.forEachPiece { _, piece in
      operations(index, images: piece.count).operation.run(
        ImageOperation.Arrays(
          input: input.base + piece.lowerBound * inputCount, output: output.base + piece.lowerBound * outputCount,
          places: places.map { $0.base + piece.lowerBound * placesPerImage }))
    }
  }

  /// Floats that the places of an image take at most.
  func placesPerImage(_ index: Int, _ operations: ImageOperations) -> Int {
    parts.sizes.map { (operations(index, images: $0).operation.placeCount + $0 - 1) / $0 }.max() ?? 0
  }

  private func normalize(
    _ index: Int, _ step: ImagePlan.Step, _ normalization: ImageNormalization, updating: Bool, into output: Tensor
  ) {
    let (input, own) = (value(step.input), parameters[index])
    guard let gain = own.weight, let bias = own.bias else { preconditionFailure("a normalisation without parameters") }
    let statistics: ChannelStatistics
    if let mean = own.mean, let variance = own.variance, frozen {
      statistics = ChannelStatistics(mean: mean, variance: variance, epsilon: normalization.epsilon)
    } else {
      statistics = batchStatistics(step, input, epsilon: normalization.epsilon)
      if updating { normalization.follow(statistics, count: images * plan.pixels(step.input)) }
    }
    self.statistics[index] = statistics
    let tiles = ChannelTiles(plan.values[step.input], plan.layouts[step.input])
    let (scale, shift) = statistics.affine(gain: gain, bias: bias)
    let (scales, shifts) = (tiles.spread(scale), tiles.spread(shift))
    let (low, high) = step.activation.limits
    let residual = step.residual.map(value)
    parts.forEachImage { _, image in
      tiles.forEach(image: image) { start, spread, rows, columns in
        unroll_channel_affine(
          rows, columns, input.pointer + start, scales.pointer + spread, shifts.pointer + spread,
          residual.map { $0.pointer + start }, low, high, output.base + start)
      }
    }
  }

  /// Mean and variance of each channel over all images: sums of each part in double precision, added in order.
  private func batchStatistics(_ step: ImagePlan.Step, _ input: Tensor, epsilon: Float) -> ChannelStatistics {
    let shape = plan.values[step.input]
    let tiles = ChannelTiles(shape, plan.layouts[step.input])
    // Distances from the first pixel, not the values themselves: nothing is lost when the mean is far from 0.
    let centre = plan.layouts[step.input].firstPixel(of: shape, input.pointer)
    let centres = tiles.spread(centre)
    let (sums, squares) = sumOverParts(tiles) { image, sums, squares in
      tiles.forEach(image: image) { start, spread, rows, columns in
        unroll_channel_sums(
          rows, columns, input.pointer + start, centres.pointer + spread, sums + spread, squares + spread)
      }
    }
    return ChannelStatistics(
      centre: centre, sums: sums, squares: squares, count: images * shape.height * shape.width, epsilon: epsilon)
  }

  /// Two sums of each channel over all images: those of each part, added in order.
  func sumOverParts(
    _ tiles: ChannelTiles,
    _ body: (_ image: Int, _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>) -> Void
  ) -> (first: [Double], second: [Double]) {
    let (count, spread) = (parts.pieces.count, tiles.spreadCount)
    var all = [Double](repeating: 0, count: count * 2 * spread)
    return all.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return ([], []) }
      parts.forEachImage { part, image in
        body(image, base + part * 2 * spread, base + (part * 2 + 1) * spread)
      }
      for part in 1..<max(1, count) {
        for index in 0..<2 * spread { base[index] += base[part * 2 * spread + index] }
      }
      return (tiles.gather(base), tiles.gather(base + spread))
    }
  }

  private func combine(_ step: ImagePlan.Step, into output: Tensor) {
    let (input, count) = (value(step.input), plan.values[step.output].count)
    let residual = step.residual.map(value)
    let (low, high) = step.activation.limits
    parts.forEachPiece { _, piece in
      let start = piece.lowerBound * count
      unroll_clip(
        piece.count * count, input.pointer + start, residual.map { $0.pointer + start }, low, high, output.base + start)
    }
  }

  private func arrange(_ step: ImagePlan.Step, into output: Tensor) {
    let input = value(step.input)
    let (from, to) = (plan.layouts[step.input], plan.layouts[step.output])
    parts.forEachPiece { _, piece in
      from.arrange(piece, of: plan.values[step.input], input.pointer, as: to, into: output.base)
    }
  }
}

/// The parameters of each step as they were when a pass began, and their places on its tape.
struct ImageParameters {
  struct Own {
    var weight: Tensor?
    var bias: Tensor?
    /// Running statistics.
    var mean: Tensor?
    var variance: Tensor?
    var weightIndex: Int?
    var biasIndex: Int?
  }

  private var own: [Own] = []
  /// What is tracked.
  private(set) var operands: [Tensor] = []

  init(_ plan: ImagePlan, on tape: Tape?) {
    for step in plan.steps {
      switch step.work {
      case .convolution(let convolution, _): append(convolution.weight, convolution.bias, tape)
      case .normalization(let normalization):
        append(normalization.weight, normalization.bias, tape)
        own[own.count - 1].mean = normalization.runningMean.value
        own[own.count - 1].variance = normalization.runningVariance.value
      case .activation, .pooling, .addition, .arrangement: own.append(Own())
      }
    }
  }

  private mutating func append(_ weight: Parameter, _ bias: Parameter?, _ tape: Tape?) {
    let (weight, bias) = (weight.on(tape), bias?.on(tape))
    operands += [weight] + [bias].compactMap(\.self)
    own.append(
      Own(weight: weight.detached, bias: bias?.detached, weightIndex: weight.operand, biasIndex: bias?.operand))
  }

  subscript(step: Int) -> Own { own[step] }
}
