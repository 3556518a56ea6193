import COneDNN

/// The operations of oneDNN that a plan needs, made when first asked for, and weights in the order that they want.
///
/// Used from the tensor thread; parts of a pass only read what was made before they began.
final class ImageOperationCache {
  private struct Key: Hashable {
    let step: Int
    let way: UInt32
    let images: Int
  }

  private let plan: ImagePlan
  private var operations: [Key: ImageOperation] = [:]

  init(_ plan: ImagePlan) { self.plan = plan }

  /// The operation of a step for so many images; nil for a step that oneDNN has no part in.
  func operation(_ index: Int, _ way: unroll_dnnl_way, images: Int) -> ImageOperation? {
    let key = Key(step: index, way: way.rawValue, images: images)
    if let operation = operations[key] { return operation }
    let step = plan.steps[index]
    let (input, output) = (plan.values[step.input], plan.values[step.output])
    let layout = plan.layouts[step.output]
    let made: ImageOperation
    switch step.work {
    case .convolution(let convolution, let folded):
      made = ImageOperation(
        convolution, way, images: images, from: input, to: output, layout: layout,
        bias: convolution.bias != nil || folded != nil, residual: step.residual != nil, activation: step.activation)
    case .pooling(let pooling):
      made = ImageOperation(pooling, way, images: images, from: input, to: output, layout: layout)
    case .normalization, .activation, .addition, .arrangement: return nil
    }
    operations[key] = made
    return made
  }
}

/// The operations of a plan for one way and some numbers of images, with packed weights: fixed, for threads to read.
struct ImageOperations {
  private var operations: [[Int: ImageOperation]]
  private var packed: [[Int: Tensor]]

  /// Looks up what the steps of a plan need; `weights` gives the weights of a step, nil for none.
  init(
    _ cache: ImageOperationCache, steps: Int, _ way: unroll_dnnl_way, sizes: [Int], weights: (Int) -> Tensor?
  ) {
    operations = [[Int: ImageOperation]](repeating: [:], count: steps)
    packed = [[Int: Tensor]](repeating: [:], count: steps)
    var jobs: [(operation: ImageOperation, from: Tensor, to: Tensor)] = []
    for step in 0..<steps {
      for size in sizes {
        guard let operation = cache.operation(step, way, images: size) else { continue }
        operations[step][size] = operation
        guard operation.weightCount > 0, let plain = weights(step) else { continue }
        if let (other, _) = operations[step].first(where: {
          packed[step][$0.key] != nil && $0.value.hasWeights(like: operation)
        }) {
          packed[step][size] = packed[step][other]
        } else {
          let target = Tensor(uninitialized: [operation.weightCount])
          packed[step][size] = target
          jobs.append((operation, plain, target))
        }
      }
    }
    // Heavy ones first, dealt in turn: the threads finish at about the same time.
    jobs.sort { $0.to.count > $1.to.count }
    Workers.shared.split(jobs.count) { index in
      jobs[index].operation.pack(jobs[index].from.pointer, into: jobs[index].to.base)
    }
  }

  /// The operation of a step and its packed weights.
  func callAsFunction(_ step: Int, images: Int) -> (operation: ImageOperation, weights: Tensor?) {
    guard let operation = operations[step][images] else {
      preconditionFailure("no operation was made for step \(step) and \(images) images")
    }
    return (operation, packed[step][images])
  }
}
