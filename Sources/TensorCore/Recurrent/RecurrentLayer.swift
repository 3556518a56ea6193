import CKernels

/// What a recurrent layer gives back.
package struct RecurrentResult {
  /// The hidden state at every step, `[T, B, directions·H]`, forward half first; zero beyond a row's length.
  package let output: Tensor
  /// The hidden state after each row's last step, `[directions, B, H]`.
  package let hidden: Tensor
  /// The cell state after each row's last step, `[directions, B, H]`; LSTM only.
  package let cell: Tensor?
}

/// Runs one recurrent layer over a time-major sequence.
///
/// - Parameters:
///   - x: `[T, B, I]`; steps at or beyond a row's length are never read.
///   - cell: the cell.
///   - directions: which way to read; two directions are put side by side.
///   - weights: one set a direction.
///   - initialHidden: `[directions, B, H]`, zeros when nil.
///   - initialCell: the same for the cell state of an LSTM.
///   - lengths: steps of each row, 0…T; nil when every row has T.
///   - masks: what is dropped within the layer; `update` for an LSTM only.
/// - Returns: outputs and final states, exact for unequal lengths in both directions; a row of length 0 keeps its
///   initial state. The whole layer is one record on the tape.
package func recurrentLayer(
  _ x: Tensor, cell: RecurrentCell, directions: [ReadingDirection], weights: [RecurrentWeights],
  initialHidden: Tensor? = nil, initialCell: Tensor? = nil, lengths: [Int]? = nil, masks: RecurrentMasks? = nil
) -> RecurrentResult {
  precondition(x.rank == 3, "a recurrent layer reads [T, B, I], not \(x.shape)")
  precondition(weights.count == directions.count, "\(weights.count) weight sets for \(directions.count) directions")
  let hidden = weights[0].hiddenHidden.shape[1]
  for set in weights {
    precondition(
      set.inputHidden.shape == [cell.gates * hidden, x.columns]
        && set.hiddenHidden.shape == [cell.gates * hidden, hidden],
      "\(cell) weights \(set.inputHidden.shape), \(set.hiddenHidden.shape) do not fit an input \(x.shape)")
  }
  let layer = LayerRun(
    x: x, cell: cell, directions: directions, weights: weights, hidden: hidden, initialHidden: initialHidden,
    initialCell: initialCell, lengths: lengths, masks: masks)
  let (output, finalHidden, finalCell) = layer.forward()
  var operands: [Tensor?] = [x, initialHidden, initialCell]
  for set in weights { operands += [set.inputHidden, set.hiddenHidden, set.biasInput, set.biasHidden] }
  guard let tape = operands.lazy.compactMap({ $0?.node?.tape }).first else {
    return RecurrentResult(output: output, hidden: finalHidden, cell: finalCell)
  }
  let result = RecurrentResult(
    output: tape.place(output), hidden: tape.place(finalHidden), cell: finalCell.map(tape.place))
  let (outputIndex, hiddenIndex, cellIndex) = (result.output.operand, result.hidden.operand, result.cell?.operand)
  let back = LayerOperands(x, weights, initialHidden, initialCell)
  tape.record(#function, bytes: byteCount(of: operands + [output])) { tape in
    let gradients = (
      outputIndex.flatMap(tape.takeGradient), hiddenIndex.flatMap(tape.takeGradient),
      cellIndex.flatMap(tape.takeGradient)
    )
    if gradients.0 == nil && gradients.1 == nil && gradients.2 == nil { return }
    layer.backward(tape, back, output: gradients.0, hidden: gradients.1, cell: gradients.2)
  }
  return result
}

/// Where the gradients of a layer's operands go.
private struct LayerOperands {
  let x: Int?
  let weights: [(inputHidden: Int?, hiddenHidden: Int?, biasInput: Int?, biasHidden: Int?)]
  let hidden: Int?
  let cell: Int?

  init(_ x: Tensor, _ weights: [RecurrentWeights], _ hidden: Tensor?, _ cell: Tensor?) {
    self.x = x.operand
    self.weights = weights.map {
      ($0.inputHidden.operand, $0.hiddenHidden.operand, $0.biasInput.operand, $0.biasHidden.operand)
    }
    self.hidden = hidden?.operand
    self.cell = cell?.operand
  }
}

/// One run of a layer: its passes, one a direction and thread, and the work that brings them together.
private struct LayerRun {
  let x: Tensor
  let cell: RecurrentCell
  let weights: [RecurrentWeights]
  let hidden: Int
  let initialHidden: Tensor?
  let initialCell: Tensor?
  let padded: Bool
  let batch: Int
  /// One a direction.
  let records: [RecurrentRecord]
  /// `[part][direction]`.
  let passes: [[RecurrentPass]]

  init(
    x: Tensor, cell: RecurrentCell, directions: [ReadingDirection], weights: [RecurrentWeights], hidden: Int,
    initialHidden: Tensor?, initialCell: Tensor?, lengths: [Int]?, masks: RecurrentMasks?
  ) {
    self.x = x.detached
    self.cell = cell
    self.weights = weights.map(\.detached)
    self.hidden = hidden
    self.initialHidden = initialHidden?.detached
    self.initialCell = initialCell?.detached
    padded = lengths != nil
    let batch = x.shape[1]
    self.batch = batch
    let state = [directions.count, batch, hidden]
    precondition(
      initialHidden.map { $0.shape == state } ?? true, "initial state \(initialHidden?.shape ?? []), not \(state)")
    precondition(
      initialCell.map { $0.shape == state } ?? true, "initial cell \(initialCell?.shape ?? []), not \(state)")
    precondition(
      masks?.hidden.map { $0.shape == state } ?? true, "a mask \(masks?.hidden?.shape ?? []), not \(state)")
    precondition(
      masks?.update.map { cell == .lstm && $0.shape == [x.shape[0], batch, directions.count * hidden] } ?? true,
      "a mask \(masks?.update?.shape ?? []) of updates for a \(cell) over \(x.shape)")
    let inputs = x.columns
    // Half a batch a thread; a single row cannot be shared out.
    let parts = max(1, min(Workers.shared.count, batch))
    let dealt = PackedRows.deal(lengths: lengths, steps: x.shape[0], batch: batch, parts: parts)
    let total = dealt.reduce(0) { $0 + $1.total }
    let records = directions.map { _ in
      RecurrentRecord(rows: total, cell: cell, hidden: hidden, inputs: inputs, isMasked: masks?.hidden != nil)
    }
    self.records = records
    var first = 0
    passes = dealt.map { packed in
      defer { first += packed.total }
      return directions.enumerated().map { index, direction in
        RecurrentPass(
          cell: cell, direction: direction, packed: packed,
          record: RecurrentRecord(first..<first + packed.total, of: records[index]), hidden: hidden, inputs: inputs,
          hiddenMask: masks?.hidden.map { mask in
            let own = Tensor(uninitialized: [packed.rows.count, hidden])
            packed.gatherState(mask.pointer + index * batch * hidden, width: hidden, into: own.base)
            return own
          },
          updateMask: masks?.update.map { mask in
            let own = Tensor(uninitialized: [packed.total, hidden])
            packed.gather(
              mask.pointer, stride: mask.columns, column: index * hidden, width: hidden, into: own.base)
            return own
          })
      }
    }
  }

  private var directions: Int { weights.count }
  private var stateCount: Int { batch * hidden }

  func forward() -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
    let width = directions * hidden
    let shape = [x.shape[0], batch, width]
    let output = padded ? Tensor(zeros: shape) : Tensor(uninitialized: shape)
    let finalHidden = Tensor(uninitialized: [directions, batch, hidden])
    let finalCell = cell.hasCellState ? Tensor(uninitialized: [directions, batch, hidden]) : nil
    let biases = weights.map { combinedBias($0) }
    let weights = weights.map { transposedForSteps($0) }
    Workers.shared.split(passes.count) { part in
      for (direction, pass) in passes[part].enumerated() {
        let set = weights[direction]
        pass.forward(
          x.pointer, weights: set, bias: biases[direction],
          candidateBias: cell == .gruResetAfter ? set.biasHidden.pointer + 2 * hidden : nil,
          initialHidden: initialHidden.map { $0.pointer + direction * stateCount },
          initialCell: initialCell.map { $0.pointer + direction * stateCount })
        pass.packed.scatter(
          pass.output.pointer, width: hidden, into: output.base, stride: width, column: direction * hidden)
        pass.packed.scatterState(
          pass.stateHidden.pointer, width: hidden, into: finalHidden.base + direction * stateCount)
        if let finalCell, let state = pass.stateCell {
          pass.packed.scatterState(state.pointer, width: hidden, into: finalCell.base + direction * stateCount)
        }
      }
    }
    return (output, finalHidden, finalCell)
  }

  /// The weights with the recurrent ones transposed too: a step of few rows is half as fast again on them, as oneDNN need
  /// not turn the weights over in every step. With too few steps or rows for that to pay they stay as they are.
  private func transposedForSteps(_ set: RecurrentWeights) -> RecurrentWeights {
    guard set.int8 == nil, x.shape[0] >= 4, batch >= 8 else { return set }
    var set = set
    set.gatesTransposed = set.hiddenHidden.reshaped([cell.gates, hidden, hidden]).transposed()
    return set
  }

  /// Both biases as one, save for the candidate's recurrent bias of the reset-after GRU, which r multiplies.
  private func combinedBias(_ set: RecurrentWeights) -> Tensor {
    var sum = set.biasInput
    let shared = cell == .gruResetAfter ? 2 * hidden : cell.gates * hidden
    addInPlace(sum.makeUnique(), set.biasHidden.pointer, count: shared)
    return sum
  }

  func backward(
    _ tape: Tape, _ operands: LayerOperands, output: Tensor?, hidden hiddenGradient: Tensor?, cell cellGradient: Tensor?
  ) {
    let width = directions * hidden
    let state = [directions, batch, hidden]
    let inputGradient = operands.x.map { _ in padded ? Tensor(zeros: x.shape) : Tensor(uninitialized: x.shape) }
    let initialHiddenGradient = operands.hidden.map { _ in Tensor(uninitialized: state) }
    let initialCellGradient = operands.cell.map { _ in Tensor(uninitialized: state) }
    Workers.shared.split(passes.count) { part in
      for (direction, pass) in passes[part].enumerated() {
        let packed = pass.packed
        let first = direction * stateCount
        let dOutput = Tensor(uninitialized: [packed.total, hidden])
        if let output {
          packed.gather(output.pointer, stride: width, column: direction * hidden, width: hidden, into: dOutput.base)
        } else {
          dOutput.base.update(repeating: 0, count: dOutput.count)
        }
        let dHidden = finalGradient(hiddenGradient, packed, first)
        let dCell = cell.hasCellState ? finalGradient(cellGradient, packed, first) : nil
        pass.backward(
          outputGradient: dOutput, hiddenGradient: dHidden, cellGradient: dCell, weights: weights[direction])
        if let target = initialHiddenGradient {
          packed.scatterState(dHidden.pointer, width: hidden, into: target.base + first)
        }
        if let target = initialCellGradient, let dCell {
          packed.scatterState(dCell.pointer, width: hidden, into: target.base + first)
        }
        if let target = inputGradient {
          let gates = cell.gates * hidden
          let dInput = Tensor(uninitialized: [packed.total, pass.inputs])
          multiply(
            packed.total, pass.inputs, gates, pass.record.gates.pointer, gates, weights[direction].inputHidden.pointer,
            pass.inputs, into: dInput.base, pass.inputs)
          packed.scatter(
            dInput.pointer, width: pass.inputs, into: target.base, stride: pass.inputs, column: 0, adding: direction > 0
          )
        }
      }
    }
    if let inputGradient { tape.accumulate(inputGradient, into: operands.x) }
    if let initialHiddenGradient { tape.accumulate(initialHiddenGradient, into: operands.hidden) }
    if let initialCellGradient { tape.accumulate(initialCellGradient, into: operands.cell) }
    for direction in weights.indices { weightGradients(tape, operands.weights[direction], direction) }
  }

  private func finalGradient(_ gradient: Tensor?, _ packed: PackedRows, _ first: Int) -> Tensor {
    let carried = Tensor(uninitialized: [packed.rows.count, hidden])
    if let gradient {
      packed.gatherState(gradient.pointer + first, width: hidden, into: carried.base)
    } else {
      carried.base.update(repeating: 0, count: carried.count)
    }
    return carried
  }

  // MARK: Gradients of the weights

  private func weightGradients(
    _ tape: Tape, _ operands: (inputHidden: Int?, hiddenHidden: Int?, biasInput: Int?, biasHidden: Int?),
    _ direction: Int
  ) {
    let set = weights[direction]
    let width = cell.gates * hidden
    let record = records[direction]
    tape.accumulate(into: operands.inputHidden, shape: set.inputHidden.shape) { target, accumulate in
      addProduct(record.gates, 0..<width, record.input, into: target, accumulate)
    }
    tape.accumulate(into: operands.hiddenHidden, shape: set.hiddenHidden.shape) { target, accumulate in
      guard let candidate = record.candidate else {
        return addProduct(record.gates, 0..<width, record.fed, into: target, accumulate)
      }
      // The candidate's recurrent product had its own operand (r ∘ h) or has its own gradient (that of U h + d).
      addProduct(record.gates, 0..<2 * hidden, record.fed, into: target, accumulate)
      let rest = target + 2 * hidden * hidden
      if cell == .gru {
        addProduct(record.gates, 2 * hidden..<3 * hidden, candidate, into: rest, accumulate)
      } else {
        addProduct(candidate, 0..<hidden, record.fed, into: rest, accumulate)
      }
    }
    let gateSums = columnSums(record.gates)
    tape.accumulate(gateSums, into: operands.biasInput)
    if cell == .gruResetAfter, operands.biasHidden != nil, let candidate = record.candidate {
      var hiddenSums = gateSums
      let sums = columnSums(candidate)
      (hiddenSums.makeUnique() + 2 * hidden).update(from: sums.pointer, count: hidden)
      tape.accumulate(hiddenSums, into: operands.biasHidden)
    } else {
      tape.accumulate(gateSums, into: operands.biasHidden)
    }
  }

  /// target [columns, I] (+)= Gᵀ · S for some columns of G.
  private func addProduct(
    _ gradient: Tensor, _ columns: Range<Int>, _ source: Tensor, into target: UnsafeMutablePointer<Float>,
    _ accumulate: Bool
  ) {
    multiplyInParallel(
      columns.count, source.columns, gradient.rows, gradient.pointer + columns.lowerBound, gradient.columns,
      transposeA: true, source.pointer, source.columns, into: target, source.columns, accumulate: accumulate)
  }

  private func columnSums(_ gradient: Tensor) -> Tensor {
    let sums = Tensor(uninitialized: [gradient.columns])
    sumColumns(gradient.pointer, rows: gradient.rows, columns: gradient.columns, into: sums.base, accumulate: false)
    return sums
  }
}
