import COneDNN

/// The steps that compute an image network, in order: nodes that can run as one are one, and each value has its layout.
struct ImagePlan {
  /// What a step does.
  enum Work {
    /// With the normalisation behind it taken into its weights, when nothing is to be learnt.
    case convolution(ImageConvolution, folded: ImageNormalization?)
    case normalization(ImageNormalization)
    case activation
    case pooling(ImagePooling)
    /// Adds `residual` to `input`.
    case addition
    /// Copies into the layout of the output.
    case arrangement
  }

  /// One step: work on a value, the sum with another one, a rectifier.
  struct Step {
    var work: Work
    var input: Int
    var residual: Int?
    var activation = ImageActivation.identity
    var output: Int
  }

  private(set) var steps: [Step] = []
  /// Shapes and layouts by index; a value that became part of a larger step is never made.
  private(set) var values: [ImageValue]
  private(set) var layouts: [ImageLayout]
  let output: ImageOutput
  /// The last step that reads a value; `steps.count` for what the output is made of.
  private(set) var lastUse: [Int] = []
  /// Whether the way back reads a value: the inputs of convolutions and normalisations, and what a rectifier gave.
  private(set) var isKept: [Bool] = []

  /// A plan that can be followed back, or one for inference alone.
  init(_ graph: ImageGraph, output: ImageOutput, training: Bool) {
    values = graph.values
    layouts = [ImageLayout](repeating: .pixels, count: values.count)
    self.output = output
    fuse(graph, training: training)
    arrange()
    lastUse = [Int](repeating: -1, count: values.count)
    for (index, step) in steps.enumerated() {
      lastUse[step.input] = index
      if let residual = step.residual { lastUse[residual] = index }
    }
    lastUse[output.value.index] = steps.count
    isKept = [Bool](repeating: false, count: values.count)
    for step in steps {
      if step.work.keepsInput { isKept[step.input] = true }
      if case .identity = step.activation { continue }
      isKept[step.output] = true
    }
  }

  /// The number of pixels of a value.
  func pixels(_ value: Int) -> Int { values[value].height * values[value].width }

  /// Images that one call of oneDNN gets at most: a power of two that keeps the largest value near the caches.
  var largestPiece: Int {
    let largest = steps.map { values[$0.output].count }.max() ?? 1
    let fitting = max(1, Self.floatsPerPiece / largest)
    return min(32, 1 << (Int.bitWidth - 1 - fitting.leadingZeroBitCount))
  }

  private static let floatsPerPiece = 4 << 20

  /// Which values have parameters before them, or images whose gradient is asked for.
  func gradientsWanted(ofInput wanted: Bool) -> [Bool] {
    var wants = [Bool](repeating: false, count: values.count)
    wants[0] = wanted
    for step in steps {
      wants[step.output] = step.work.keepsInput || wants[step.input] || (step.residual.map { wants[$0] } ?? false)
    }
    return wants
  }

  // MARK: Nodes become steps

  private mutating func fuse(_ graph: ImageGraph, training: Bool) {
    var uses = [Int](repeating: 0, count: values.count)
    uses[output.value.index] += 1
    for node in graph.nodes { for value in node.operands { uses[value.index] += 1 } }
    // The step that makes each value; the input is there before all steps.
    var makers = [Int](repeating: -1, count: values.count)
    /// The step that makes `value`, if that is all it does and nobody else reads it.
    func open(_ value: ImageValue, _ steps: [Step]) -> Int? {
      let maker = makers[value.index]
      guard maker >= 0, uses[value.index] == 1 else { return nil }
      if case .identity = steps[maker].activation { return maker }
      return nil
    }
    func append(_ work: Work, _ input: ImageValue, residual: Int? = nil, _ index: Int) {
      steps.append(Step(work: work, input: input.index, residual: residual, output: index))
    }
    for (index, node) in graph.nodes.enumerated() {
      switch node {
      case .input: continue
      case .convolution(let convolution, let x): append(.convolution(convolution, folded: nil), x, index)
      case .pooling(let pooling, let x): append(.pooling(pooling), x, index)
      case .normalization(let normalization, let x):
        if !training, let maker = open(x, steps), case .convolution(let convolution, nil) = steps[maker].work,
          steps[maker].residual == nil
        {
          steps[maker].work = .convolution(convolution, folded: normalization)
          steps[maker].output = index
        } else {
          append(.normalization(normalization), x, index)
        }
      case .activation(let activation, let x):
        if let maker = open(x, steps), steps[maker].work.takesActivation {
          steps[maker].activation = activation
          steps[maker].output = index
        } else {
          append(.activation, x, index)
          steps[steps.count - 1].activation = activation
        }
      case .addition(let x, let y):
        // The later of the two can add the other on its way.
        let (late, early) = makers[x.index] > makers[y.index] ? (x, y) : (y, x)
        if x.index != y.index, let maker = open(late, steps), steps[maker].work.takesResidual(training: training),
          steps[maker].residual == nil
        {
          steps[maker].residual = early.index
          steps[maker].output = index
        } else {
          append(.addition, x, residual: y.index, index)
        }
      }
      makers[index] = steps.lastIndex { $0.output == index } ?? -1
    }
  }

  // MARK: Layouts

  /// Chooses the layout of each value and puts arrangements where it changes.
  private mutating func arrange() {
    var arranged: [Step] = []
    // Copies in the other layout, by value.
    var copies: [Int: Int] = [:]
    func read(_ value: Int, as layout: ImageLayout, _ plan: inout ImagePlan) -> Int {
      if plan.layouts[value] == layout { return value }
      if let copy = copies[value] { return copy }
      let old = plan.values[value]
      let copy = plan.values.count
      plan.values.append(ImageValue(index: copy, channels: old.channels, height: old.height, width: old.width))
      plan.layouts.append(layout)
      arranged.append(Step(work: .arrangement, input: value, output: copy))
      copies[value] = copy
      return copy
    }
    for var step in steps {
      var layout = layouts[step.input]
      if case .convolution(let convolution, _) = step.work {
        layout = ImageLayout.best(for: convolution, from: values[step.input], to: values[step.output], now: layout)
      }
      step.input = read(step.input, as: layout, &self)
      step.residual = step.residual.map { read($0, as: layout, &self) }
      layouts[step.output] = layout
      arranged.append(step)
    }
    steps = arranged
  }
}

extension ImageGraph.Node {
  /// The values that the operation reads.
  fileprivate var operands: [ImageValue] {
    switch self {
    case .input: []
    case .convolution(_, let x), .normalization(_, let x), .activation(_, let x), .pooling(_, let x): [x]
    case .addition(let x, let y): [x, y]
    }
  }
}

extension ImagePlan.Work {
  /// Whether the step has parameters, whose gradients need what went in.
  fileprivate var keepsInput: Bool {
    switch self {
    case .convolution, .normalization: true
    case .activation, .pooling, .addition, .arrangement: false
    }
  }

  /// Whether a rectifier can be part of the step.
  fileprivate var takesActivation: Bool {
    switch self {
    case .convolution, .normalization, .addition: true
    case .activation, .pooling, .arrangement: false
    }
  }

  /// Whether a sum can be part of the step. A convolution's cannot be followed back.
  fileprivate func takesResidual(training: Bool) -> Bool {
    switch self {
    case .convolution: !training
    case .normalization: true
    case .activation, .pooling, .addition, .arrangement: false
    }
  }
}
