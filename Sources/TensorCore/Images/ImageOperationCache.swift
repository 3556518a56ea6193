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
      if way == UNROLL_DNNL_BACKWARD_WEIGHTS { return nil }
      made = ImageOperation(pooling, way, images: images, from: input, to: output, layout: layout)
    case .normalization, .activation, .addition, .arrangement: return nil
    }
    operations[key] = made
    return made
  }
}

/// The operations of a plan for one way and some numbers of images, with packed weights: fixed while threads read them.
struct ImageOperations {
  private var operations: [[Int: ImageOperation]]
  private var packed: [[Int: Tensor]]
  private var sizes: Set<Int> = []

  /// None yet, for so many steps.
  init(steps: Int) {
    operations = [[Int: ImageOperation]](repeating: [:], count: steps)
    packed = [[Int: Tensor]](repeating: [:], count: steps)
  }

  /// Looks up what the steps of a plan need for some numbers of images, unless they are here; `weights` gives the
  /// weights of a step, nil for none.
  mutating func include(
    _ wanted: [Int], _ cache: ImageOperationCache, _ way: unroll_dnnl_way, weights: (Int) -> Tensor?
  ) {
    let new = wanted.filter { !sizes.contains($0) }
    sizes.formUnion(new)
    var jobs: [(operation: ImageOperation, from: Tensor, to: Tensor)] = []
    for step in operations.indices {
      for size in new {
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

  /// The operation of a step and its packed weights; nil for a step that has none.
  func find(_ step: Int, images: Int) -> (operation: ImageOperation, weights: Tensor?)? {
    operations[step][images].map { ($0, packed[step][images]) }
  }

  /// The operation of a step and its packed weights.
  func callAsFunction(_ step: Int, images: Int) -> (operation: ImageOperation, weights: Tensor?) {
    guard let found = find(step, images: images) else {
      preconditionFailure("no operation was made for step \(step) and \(images) images")
    }
    return found
  }

  /// The kernels that oneDNN chose.
  var kernelNames: [String] { operations.flatMap { $0.values.map(\.kernelName) } }
}
