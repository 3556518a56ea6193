import CKernels
import COneDNN

extension ImagePass {
  /// Follows the pass back from the gradient of its result, `[N, width]`: adds the gradients of the parameters on the
  /// tape, and gives that of the images, `[N, C, H, W]`, if it is asked for.
  func backward(_ gradient: Tensor, _ tape: Tape, ofImages wanted: Bool) -> Tensor? {
    var gradients = [[Tensor]](repeating: [], count: plan.values.count)
    let wantsGradient = plan.gradientsWanted(ofInput: wanted)
    let backs = operations(UNROLL_DNNL_BACKWARD) {
      wantsGradient[plan.steps[$0].input] ? parameters[$0].weight : nil
    }
    let weightBacks = operations(UNROLL_DNNL_BACKWARD_WEIGHTS) { _ in nil }
    gradients[plan.output.value.index] = [readout(gradient)]
    for (index, step) in plan.steps.enumerated().reversed() {
      guard let arrived = take(&gradients[step.output]) else { continue }
      let wanted = wantsGradient[step.input]
      switch step.work {
      case .convolution:
        let back = convolve(
          index, step, arrived, tape, wanted ? backs : nil, weightBacks)
        if let back { gradients[step.input].append(back) }
      case .normalization:
        let (own, residual) = normalize(index, step, arrived, tape)
        gradients[step.input].append(own)
        if let target = step.residual, let residual { gradients[target].append(residual) }
      case .pooling: if wanted { gradients[step.input].append(pool(index, step, arrived, backs)) }
      case .activation: gradients[step.input].append(clip(step, arrived))
      case .addition:
        let own = clip(step, arrived)
        gradients[step.input].append(own)
        if let target = step.residual { gradients[target].append(copy(own)) }
      case .arrangement: if wanted { gradients[step.input].append(arrange(step, arrived)) }
      }
      values[step.output] = nil
      places[index] = nil
    }
    guard wanted, let arrived = take(&gradients[0]) else { return nil }
    return leave(summed(arrived))
  }

  /// A gradient, and a second one that is still to be added to it.
  private typealias Arrived = (first: Tensor, second: Tensor?)

  /// The gradients that arrived at a value; more than two are added up.
  private func take(_ gradients: inout [Tensor]) -> Arrived? {
    defer { gradients = [] }
    guard let first = gradients.first else { return nil }
    var rest = gradients.dropFirst()
    while rest.count > 1, let last = rest.popLast() { add(last, to: first) }
    return (first, rest.first)
  }

  /// Gradients are written to in place: each belongs to one value alone.
  private func add(_ more: Tensor, to sum: Tensor) {
    eachRange(of: sum.count) { range in
      addInPlace(sum.base + range.lowerBound, more.pointer + range.lowerBound, count: range.count)
    }
  }

  private func summed(_ arrived: Arrived) -> Tensor {
    if let second = arrived.second { add(second, to: arrived.first) }
    return arrived.first
  }

  private func copy(_ gradient: Tensor) -> Tensor {
    let copy = Tensor(uninitialized: gradient.shape)
    eachRange(of: copy.count) { range in
      store(range.count, gradient.pointer + range.lowerBound, into: copy.base + range.lowerBound, accumulate: false)
    }
    return copy
  }

  private func readout(_ rows: Tensor) -> Tensor {
    let index = plan.output.value.index
    let target = makeValue(index)
    parts.forEachPiece { _, piece in
      plan.output.goBack(piece, rows.pointer, plan.layouts[index], into: target.base)
    }
    return target
  }

  private func leave(_ gradient: Tensor) -> Tensor {
    let shape = plan.values[0]
    let planes = Tensor(uninitialized: [images, shape.channels, shape.height, shape.width])
    parts.forEachPiece { _, piece in
      plan.layouts[0].leave(piece, of: shape, gradient.pointer, into: planes.base)
    }
    return planes
  }

  private func arrange(_ step: ImagePlan.Step, _ arrived: Arrived) -> Tensor {
    let (gradient, target) = (summed(arrived), makeValue(step.input))
    parts.forEachPiece { _, piece in
      plan.layouts[step.output].arrange(
        piece, of: plan.values[step.output], gradient.pointer, as: plan.layouts[step.input], into: target.base)
    }
    return target
  }

  /// The gradient in front of a step's rectifier, in place.
  private func clip(_ step: ImagePlan.Step, _ arrived: Arrived) -> Tensor {
    let (output, count) = (values[step.output], plan.values[step.output].count)
    parts.forEachImage { _, image in
      clip(step, output, arrived, image * count, count)
    }
    return arrived.first
  }

  private func clip(_ step: ImagePlan.Step, _ output: Tensor?, _ arrived: Arrived, _ start: Int, _ count: Int) {
    let target = arrived.first.base + start
    let more = arrived.second.map { $0.pointer + start }
    if case .identity = step.activation {
      if let more { addInPlace(target, more, count: count) }
    } else if let output {
      let (low, high) = step.activation.limits
      unroll_clip_backward(count, output.pointer + start, target, more, low, high, target)
    }
  }

  private func pool(_ index: Int, _ step: ImagePlan.Step, _ arrived: Arrived, _ operations: ImageOperations) -> Tensor {
    let (gradient, target, places) = (summed(arrived), makeValue(step.input), places[index])
    let (inputCount, outputCount) = (plan.values[step.input].count, plan.values[step.output].count)
    let placesPerImage = places.map { $0.shape[1] } ?? 0
    parts.forEachPiece { _, piece in
      operations(index, images: piece.count).operation.run(
        ImageOperation.Arrays(
          input: target.base + piece.lowerBound * inputCount, output: gradient.base + piece.lowerBound * outputCount,
          places: places.map { $0.base + piece.lowerBound * placesPerImage }))
    }
    return target
  }

  // MARK: Convolution

  /// Adds the gradients of weights and biases: each part sums over its images, then the parts are added in order.
  /// Gives the gradient of the input if there are operations for it.
  private func convolve(
    _ index: Int, _ step: ImagePlan.Step, _ arrived: Arrived, _ tape: Tape, _ backs: ImageOperations?,
    _ weightBacks: ImageOperations
  ) -> Tensor? {
    let (own, input, output) = (parameters[index], value(step.input), values[step.output])
    guard let weight = own.weight else { preconditionFailure("a convolution without weights") }
    let target = backs == nil ? nil : makeValue(step.input)
    let (inputCount, outputCount) = (plan.values[step.input].count, plan.values[step.output].count)
    let channels = weight.shape[0]
    let weightSums = Tensor(uninitialized: [parts.pieces.count, weight.count])
    let biasSums = own.bias == nil ? nil : Tensor(uninitialized: [parts.pieces.count, channels])
    Workers.shared.split(parts.pieces.count) { part in
      var sums = PieceSums(
        weights: weightSums.base + part * weight.count, weightCount: weight.count,
        bias: biasSums.map { $0.base + part * channels }, biasCount: channels)
      for piece in parts.pieces[part] {
        let (inputStart, outputStart) = (piece.lowerBound * inputCount, piece.lowerBound * outputCount)
        clip(step, output, arrived, outputStart, piece.count * outputCount)
        let gradient = arrived.first.base + outputStart
        sums.add(
          weightBacks(index, images: piece.count).operation, input: input.base + inputStart, gradient: gradient)
        if let backs, let target {
          let (operation, weights) = backs(index, images: piece.count)
          operation.run(
            ImageOperation.Arrays(input: target.base + inputStart, output: gradient, weights: weights?.base))
        }
      }
      sums.finish()
    }
    tape.accumulateSums(of: weightSums, into: own.weightIndex, shape: weight.shape)
    if let biasSums { tape.accumulateSums(of: biasSums, into: own.biasIndex, shape: [channels]) }
    return target
  }

  // MARK: Normalisation

  /// The gradient of the input, and of what was added behind the normalisation.
  private func normalize(
    _ index: Int, _ step: ImagePlan.Step, _ arrived: Arrived, _ tape: Tape
  ) -> (input: Tensor, residual: Tensor?) {
    let (own, input, output) = (parameters[index], value(step.input), values[step.output])
    guard let gain = own.weight?.values, let statistics = statistics[index] else {
      preconditionFailure("a normalisation without parameters")
    }
    let (shape, layout) = (plan.values[step.input], plan.layouts[step.input])
    let tiles = ChannelTiles(shape, layout)
    let centres = tiles.spread(statistics.mean)
    let gradient = arrived.first
    let (sums, products) = sumOverParts(tiles) { image, sums, products in
      clip(step, output, arrived, image * shape.count, shape.count)
      tiles.forEach(image: image) { start, spread, rows, columns in
        unroll_channel_products(
          rows, columns, input.pointer + start, centres.pointer + spread, gradient.pointer + start, sums + spread,
          products + spread)
      }
    }
    tape.accumulate(
      Tensor(zip(products, statistics.inverse).map { Float($0 * Double($1)) }, shape: [gain.count]),
      into: own.weightIndex)
    tape.accumulate(Tensor(sums.map { Float($0) }, shape: [gain.count]), into: own.biasIndex)
    // dx = a·g + b·(x − mean) + c, with the shares that mean and variance have in every value of the batch.
    let count = Double(images * shape.height * shape.width)
    var (a, b, c) = (gain, gain, gain)
    for channel in gain.indices {
      let inverse = Double(statistics.inverse[channel])
      let slope = Double(gain[channel]) * inverse
      a[channel] = Float(slope)
      b[channel] = frozen ? 0 : Float(-slope * inverse * inverse * products[channel] / count)
      c[channel] = frozen ? 0 : Float(-slope * sums[channel] / count)
    }
    let (slopes, tilts, offsets) = (tiles.spread(a), tiles.spread(b), tiles.spread(c))
    // What was added needs the gradient as it is.
    let target = step.residual == nil ? gradient : makeValue(step.input)
    parts.forEachImage { _, image in
      tiles.forEach(image: image) { start, spread, rows, columns in
        unroll_channel_gradient(
          rows, columns, input.pointer + start, centres.pointer + spread, gradient.pointer + start,
          slopes.pointer + spread, tilts.pointer + spread, offsets.pointer + spread, target.base + start)
      }
    }
    return (target, step.residual == nil ? nil : gradient)
  }
}

/// The gradients of a convolution's weights and biases, summed over the pieces of one part.
private struct PieceSums {
  let weights: UnsafeMutablePointer<Float>
  let weightCount: Int
  let bias: UnsafeMutablePointer<Float>?
  let biasCount: Int
  /// The weights' sum so far, in the order of the operation that made it.
  private var packed: (sum: Tensor, operation: ImageOperation)?
  private var hasWeights = false
  private var hasBias = false

  init(weights: UnsafeMutablePointer<Float>, weightCount: Int, bias: UnsafeMutablePointer<Float>?, biasCount: Int) {
    (self.weights, self.weightCount, self.bias, self.biasCount) = (weights, weightCount, bias, biasCount)
  }

  mutating func add(
    _ operation: ImageOperation, input: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) {
    let piece = Tensor(uninitialized: [operation.weightCount])
    let pieceBias = bias != nil && hasBias ? Tensor(uninitialized: [biasCount]) : nil
    operation.run(
      ImageOperation.Arrays(input: input, output: gradient, weights: piece.base, bias: pieceBias?.base ?? bias))
    if let bias, let pieceBias { addInPlace(bias, pieceBias.pointer, count: biasCount) }
    hasBias = true
    if let packed, packed.operation.hasWeights(like: operation) {
      addInPlace(packed.sum.base, piece.pointer, count: piece.count)
    } else {
      finish()
      packed = (piece, operation)
    }
  }

  /// Brings what was summed into the order of the parameter.
  mutating func finish() {
    guard let (sum, operation) = packed.take() else { return }
    if hasWeights {
      let plain = Tensor(uninitialized: [weightCount])
      operation.unpack(sum.pointer, into: plain.base)
      addInPlace(weights, plain.pointer, count: weightCount)
    } else {
      operation.unpack(sum.pointer, into: weights)
    }
    hasWeights = true
  }
}

extension Tape {
  /// Adds the sums of all parts, `[parts, …]`, to an operand's gradient, in the order of the parts.
  fileprivate func accumulateSums(of parts: Tensor, into index: Int?, shape: [Int]) {
    accumulate(into: index, shape: shape) { target, accumulate in
      let count = shape.product
      eachRange(of: count) { range in
        for part in 0..<parts.shape[0] {
          store(
            range.count, parts.pointer + part * count + range.lowerBound, into: target + range.lowerBound,
            accumulate: accumulate || part > 0)
        }
      }
    }
  }
}
