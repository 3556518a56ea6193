import CKernels

/// What the way back of one direction needs of its steps, over the rows of all threads: those of a thread lie together, so that the
/// gradients of the weights are one product each.
struct RecurrentRecord {
  /// The input in packed order, `[rows, I]`.
  let input: Tensor
  /// Activated gates `[rows, gates·H]` after the way forth; the gradients of their pre-activations after the way back.
  let gates: Tensor
  /// The hidden state before each step, `[rows, H]`.
  let previousHidden: Tensor
  /// What the recurrent products read: the same, or, with a mask, the rest that it leaves.
  let fed: Tensor
  /// GRU only: U h + d of the candidate (reset after), or r ∘ h (reset before); after the way back of the reset-after form,
  /// the gradient of U h + d.
  let candidate: Tensor?

  /// Room for `rows` packed rows of a `cell`.
  init(rows: Int, cell: RecurrentCell, hidden: Int, inputs: Int, isMasked: Bool) {
    input = Tensor(uninitialized: [rows, inputs])
    gates = Tensor(uninitialized: [rows, cell.gates * hidden])
    previousHidden = Tensor(uninitialized: [rows, hidden])
    fed = isMasked ? Tensor(uninitialized: [rows, hidden]) : previousHidden
    candidate = cell.gates == 3 ? Tensor(uninitialized: [rows, hidden]) : nil
  }

  /// Some of the rows of `whole`, in the same memory.
  init(_ rows: Range<Int>, of whole: RecurrentRecord) {
    func part(_ tensor: Tensor) -> Tensor {
      tensor.viewed(as: [rows.count, tensor.columns], from: rows.lowerBound * tensor.columns)
    }
    input = part(whole.input)
    gates = part(whole.gates)
    previousHidden = part(whole.previousHidden)
    fed = part(whole.fed)
    candidate = whole.candidate.map(part)
  }
}

/// One direction of one recurrent layer over the rows of one thread: the loop over time, forward and back.
///
/// The input part of all steps is one product; each step adds the recurrent part with another and runs the gate
/// kernel. Everything the way back needs is kept in packed order.
struct RecurrentPass {
  let cell: RecurrentCell
  let direction: ReadingDirection
  let packed: PackedRows
  let hidden: Int
  let inputs: Int

  /// This thread's rows.
  let record: RecurrentRecord
  /// The mask of the hidden state in front of the products, `[ranks, H]`.
  let hiddenMask: Tensor?
  /// The mask of the candidate at each step, `[rows, H]`, LSTM only.
  let updateMask: Tensor?
  /// The hidden state after each step, `[rows, H]`.
  let output: Tensor
  /// The states before and after each step, LSTM only.
  let previousCell: Tensor?
  let nextCell: Tensor?
  /// The running state in rank order, `[ranks, H]`: the final state after `forward`.
  let stateHidden: Tensor
  let stateCell: Tensor?

  init(
    cell: RecurrentCell, direction: ReadingDirection, packed: PackedRows, record: RecurrentRecord, hidden: Int,
    inputs: Int, hiddenMask: Tensor? = nil, updateMask: Tensor? = nil
  ) {
    self.cell = cell
    self.direction = direction
    self.packed = packed
    self.record = record
    self.hidden = hidden
    self.inputs = inputs
    let total = packed.total
    let lstm = cell.hasCellState
    self.hiddenMask = hiddenMask
    self.updateMask = updateMask
    output = Tensor(uninitialized: [total, hidden])
    previousCell = lstm ? Tensor(uninitialized: [total, hidden]) : nil
    nextCell = lstm ? Tensor(uninitialized: [total, hidden]) : nil
    stateHidden = Tensor(uninitialized: [packed.rows.count, hidden])
    stateCell = lstm ? Tensor(uninitialized: [packed.rows.count, hidden]) : nil
  }

  private var gates: Tensor { record.gates }
  private var previousHidden: Tensor { record.previousHidden }
  private var fed: Tensor { record.fed }
  private var candidate: Tensor? { record.candidate }

  // MARK: Forward

  /// Runs all steps. `x` is `[T·B, I]`, the initial states `[B, H]` (nil for zeros), `bias` the sum of both biases
  /// (for the reset-after GRU without the candidate's recurrent one, which is `candidateBias`).
  func forward(
    _ x: UnsafePointer<Float>, weights: RecurrentWeights, bias: Tensor, candidateBias: UnsafePointer<Float>?,
    initialHidden: UnsafePointer<Float>?, initialCell: UnsafePointer<Float>?
  ) {
    start(stateHidden, from: initialHidden)
    if let stateCell { start(stateCell, from: initialCell) }
    let width = cell.gates * hidden
    packed.gather(x, stride: inputs, column: 0, width: inputs, into: record.input.base)
    if let int8 = weights.int8 {
      int8.inputHidden.multiply(packed.total, record.input.pointer, inputs, into: gates.base, width)
    } else {
      multiply(
        packed.total, width, inputs, record.input.pointer, inputs, weights.inputHidden.pointer, inputs,
        transposeB: true,
        into: gates.base, width)
    }
    for step in packed.steps(direction) {
      let rows = packed.alive[step]
      let first = packed.offsets[step]
      previousHidden[row: first].update(from: stateHidden.pointer, count: rows * hidden)
      if let previousCell, let stateCell {
        previousCell[row: first].update(from: stateCell.pointer, count: rows * hidden)
      }
      if let hiddenMask {
        unroll_multiply(rows * hidden, stateHidden.pointer, hiddenMask.pointer, fed[row: first])
      }
      forwardStep(first, rows, weights, bias.pointer, candidateBias)
      stateHidden.base.update(from: output[row: first], count: rows * hidden)
      if let nextCell, let stateCell { stateCell.base.update(from: nextCell[row: first], count: rows * hidden) }
    }
  }

  private func forwardStep(
    _ first: Int, _ rows: Int, _ weights: RecurrentWeights, _ bias: UnsafePointer<Float>,
    _ candidateBias: UnsafePointer<Float>?
  ) {
    let (gate, before, after) = (gates[row: first], previousHidden[row: first], output[row: first])
    let read = fed[row: first]
    switch cell {
    case .rnn:
      multiplyRecurrent(rows, read, weights, 0..<1, into: gate)
      unroll_rnn_tanh_forward(rows, hidden, gate, bias, after)
    case .rnnReLU:
      multiplyRecurrent(rows, read, weights, 0..<1, into: gate)
      unroll_rnn_relu_forward(rows, hidden, gate, bias, after)
    case .lstm:
      guard let previousCell, let nextCell else { return }
      multiplyRecurrent(rows, read, weights, 0..<4, into: gate)
      if let updateMask {
        unroll_lstm_forward_masked(
          rows, hidden, gate, bias, updateMask[row: first], previousCell[row: first], nextCell[row: first], after)
      } else {
        unroll_lstm_forward(rows, hidden, gate, bias, previousCell[row: first], nextCell[row: first], after)
      }
    case .gru:
      guard let candidate else { return }
      multiplyRecurrent(rows, read, weights, 0..<2, into: gate)
      unroll_gru_before_reset(rows, hidden, gate, bias, read, candidate[row: first])
      multiplyRecurrent(rows, candidate[row: first], weights, 2..<3, into: gate + 2 * hidden)
      unroll_gru_before_output(rows, hidden, gate, bias, before, after)
    case .gruResetAfter:
      guard let candidate else { return }
      multiplyRecurrent(rows, read, weights, 0..<2, into: gate)
      multiplyRecurrent(rows, read, weights, 2..<3, into: candidate[row: first], hidden, accumulate: false)
      unroll_gru_after_forward(rows, hidden, gate, candidate[row: first], bias, candidateBias, before, after)
    }
  }

  /// target (+)= h · Uᵀ for the columns of some gates: all that are computed together, or the candidate of a GRU. `target` has rows as
  /// long as those of the gates unless another stride is given.
  private func multiplyRecurrent(
    _ rows: Int, _ h: UnsafePointer<Float>, _ weights: RecurrentWeights, _ which: Range<Int>,
    into target: UnsafeMutablePointer<Float>, _ stride: Int? = nil, accumulate: Bool = true
  ) {
    let stride = stride ?? cell.gates * hidden
    if let int8 = weights.int8 {
      let matrix = which.lowerBound == 0 ? int8.gates : int8.candidate
      matrix?.multiply(rows, h, hidden, into: target, stride, accumulate: accumulate)
    } else if let transposed = weights.gatesTransposed {
      for (place, gate) in which.enumerated() {
        multiply(
          rows, hidden, hidden, h, hidden, transposed.pointer + gate * hidden * hidden, hidden,
          into: target + place * hidden, stride, accumulate: accumulate)
      }
    } else {
      multiply(
        rows, which.count * hidden, hidden, h, hidden,
        weights.hiddenHidden.pointer + which.lowerBound * hidden * hidden, hidden, transposeB: true, into: target,
        stride, accumulate: accumulate)
    }
  }

  // MARK: Back

  /// Walks the steps in reverse. `outputGradient` is the packed gradient of `output` and is overwritten;
  /// `hiddenGradient` and `cellGradient` `[ranks, H]` hold the gradients of the final states and become those of the
  /// initial ones. Afterwards `gates` (and `candidate`) hold the gradients of the pre-activations.
  func backward(
    outputGradient: Tensor, hiddenGradient: Tensor, cellGradient: Tensor?, weights: RecurrentWeights
  ) {
    let recurrent = weights.hiddenHidden.pointer
    let carried = hiddenGradient.base
    let scratch = cell == .gru ? Tensor(uninitialized: [packed.rows.count, hidden]) : nil
    // With a mask, what comes back through the products is gathered apart and passes it.
    let masked = hiddenMask.map { _ in Tensor(uninitialized: [packed.rows.count, hidden]) }
    let products = masked?.base ?? carried
    for step in packed.steps(direction).reversed() {
      let rows = packed.alive[step]
      let first = packed.offsets[step]
      let gradient = outputGradient[row: first]
      addInPlace(gradient, carried, count: rows * hidden)
      let (gate, before, read) = (gates[row: first], previousHidden[row: first], fed[row: first])
      switch cell {
      case .rnn:
        unroll_rnn_tanh_backward(rows, hidden, output[row: first], gradient, gate)
        carry(rows, gate, recurrent, 0..<1, into: products, accumulate: false)
      case .rnnReLU:
        unroll_rnn_relu_backward(rows, hidden, output[row: first], gradient, gate)
        carry(rows, gate, recurrent, 0..<1, into: products, accumulate: false)
      case .lstm:
        guard let previousCell, let nextCell, let cellGradient else { return }
        if let updateMask {
          unroll_lstm_backward_masked(
            rows, hidden, gate, updateMask[row: first], previousCell[row: first], nextCell[row: first], gradient,
            cellGradient.base)
        } else {
          unroll_lstm_backward(
            rows, hidden, gate, previousCell[row: first], nextCell[row: first], gradient, cellGradient.base)
        }
        carry(rows, gate, recurrent, 0..<4, into: products, accumulate: false)
      case .gru:
        guard let scratch else { return }
        unroll_gru_before_backward_output(rows, hidden, gate, before, gradient, carried)
        carry(rows, gate, recurrent, 2..<3, into: scratch.base, accumulate: false)
        if masked != nil { products.update(repeating: 0, count: rows * hidden) }
        unroll_gru_before_backward_reset(rows, hidden, gate, read, scratch.pointer, products)
        carry(rows, gate, recurrent, 0..<2, into: products, accumulate: true)
      case .gruResetAfter:
        guard let candidate else { return }
        unroll_gru_after_backward(rows, hidden, gate, candidate[row: first], before, gradient, carried)
        carry(rows, gate, recurrent, 0..<2, into: products, accumulate: masked == nil)
        multiply(
          rows, hidden, hidden, candidate[row: first], hidden, recurrent + 2 * hidden * hidden, hidden, into: products,
          hidden, accumulate: true)
      }
      guard let hiddenMask else { continue }
      if cell.gates == 3 {
        unroll_multiply_add(rows * hidden, products, hiddenMask.pointer, carried)
      } else {
        unroll_multiply(rows * hidden, products, hiddenMask.pointer, carried)
      }
    }
  }

  /// The gradient that some gates send to what they were multiplied with: dG · U.
  private func carry(
    _ rows: Int, _ gate: UnsafePointer<Float>, _ recurrent: UnsafePointer<Float>, _ which: Range<Int>,
    into target: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    multiply(
      rows, hidden, which.count * hidden, gate + which.lowerBound * hidden, cell.gates * hidden,
      recurrent + which.lowerBound * hidden * hidden, hidden, into: target, hidden, accumulate: accumulate)
  }

  private func start(_ state: Tensor, from initial: UnsafePointer<Float>?) {
    if let initial {
      packed.gatherState(initial, width: hidden, into: state.base)
    } else {
      state.base.update(repeating: 0, count: state.count)
    }
  }
}

extension Tensor {
  /// Write access from a row of a matrix on.
  subscript(row row: Int) -> UnsafeMutablePointer<Float> { base + row * shape[1] }
}
