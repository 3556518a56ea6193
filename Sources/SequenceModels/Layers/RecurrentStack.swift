package import TensorCore

/// The parameters of one direction of one recurrent layer, under PyTorch's names and in its gate order.
package struct RecurrentParameters {
  package let inputHidden: Parameter
  package let hiddenHidden: Parameter
  package let biasInput: Parameter
  package let biasHidden: Parameter
  /// The matrices in 8 bits, which then count without a tape.
  private var int8: Int8RecurrentWeights?

  /// Each gate's input part drawn after Glorot and its recurrent part orthogonal; biases zero, but one for the forget
  /// gate (Jozefowicz et al., 2015).
  package init(cell: RecurrentCell, inputs: Int, hidden: Int, using initializer: inout Initializer) {
    let shapes = (input: [cell.gates * hidden, inputs], recurrent: [cell.gates * hidden, hidden])
    if initializer.isBlank {
      inputHidden = Parameter(Tensor(uninitialized: shapes.input))
      hiddenHidden = Parameter(Tensor(uninitialized: shapes.recurrent))
    } else {
      var input: [Float] = []
      var recurrent: [Float] = []
      for _ in 0..<cell.gates {
        input += initializer.glorot([hidden, inputs]).values
        recurrent += initializer.orthogonal(hidden)
      }
      inputHidden = Parameter(Tensor(input, shape: shapes.input))
      hiddenHidden = Parameter(Tensor(recurrent, shape: shapes.recurrent))
    }
    var bias = [Float](repeating: 0, count: cell.gates * hidden)
    if cell == .lstm { for i in hidden..<2 * hidden { bias[i] = 1 } }
    biasInput = Parameter(Tensor(bias, shape: [cell.gates * hidden]))
    biasHidden = Parameter(Tensor(zeros: [cell.gates * hidden]))
  }

  func on(_ tape: Tape?) -> RecurrentWeights {
    RecurrentWeights(
      inputHidden: inputHidden.on(tape), hiddenHidden: hiddenHidden.on(tape), biasInput: biasInput.on(tape),
      biasHidden: biasHidden.on(tape), int8: tape == nil ? int8 : nil)
  }

  /// The same parameters with the present matrices rounded to 8 bits, for inference.
  func in8Bits(_ cell: RecurrentCell) -> RecurrentParameters {
    var rounded = self
    rounded.int8 = Int8RecurrentWeights(on(nil), cell: cell)
    return rounded
  }

  func named(layer: Int, reverse: Bool) -> [NamedParameter] {
    let suffix = "_l\(layer)" + (reverse ? "_reverse" : "")
    return [
      ("weight_ih" + suffix, inputHidden), ("weight_hh" + suffix, hiddenHidden), ("bias_ih" + suffix, biasInput),
      ("bias_hh" + suffix, biasHidden),
    ]
  }
}

/// The state of every layer of a stack: `hidden[l]` is `[directions, B, H]`, `cell[l]` too for an LSTM.
package struct RecurrentState {
  package var hidden: [Tensor]
  package var cell: [Tensor]

  /// Collects states; `cell` is empty for cells that have none.
  package init(hidden: [Tensor], cell: [Tensor] = []) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// The masks that rows keep over their steps: for each layer of what it reads, `[B, I]`, and of its last state,
/// `[directions, B, H]`.
package struct StackMasks {
  package let layers: [(input: Tensor, hidden: Tensor)]

  package init(layers: [(input: Tensor, hidden: Tensor)]) { self.layers = layers }
}

/// Recurrent layers on top of each other: cell × layers × directions, with dropout between them and, if asked,
/// residual connections around those whose input and output are equally wide.
package struct RecurrentStack {
  package let cell: RecurrentCell
  package let hidden: Int
  package let directions: [ReadingDirection]
  package let dropout: Float
  /// The share of units dropped at all steps of a row alike, of what each layer reads from below and of its own last state (Gal
  /// and Ghahramani, 2016); takes the place of `dropout`.
  package let variationalDropout: Float
  /// The share of the candidates of LSTM layers dropped at each step (Semeniuta et al., 2016).
  package let recurrentDropout: Float
  package let residual: Bool
  /// `[layer][direction]`.
  package private(set) var layers: [[RecurrentParameters]]
  /// The same, of an LSTM with layer normalisation; empty without it.
  package let norms: [[RecurrentNorms]]

  /// A stack whose layer l reads `inputs[l]` values.
  package init(
    cell: RecurrentCell, inputs: [Int], hidden: Int, bidirectional: Bool = false, dropout: Float = 0,
    variationalDropout: Float = 0, recurrentDropout: Float = 0, residual: Bool = false, isNormalized: Bool = false,
    using initializer: inout Initializer
  ) {
    self.cell = cell
    self.hidden = hidden
    directions = bidirectional ? [.forward, .backward] : [.forward]
    self.dropout = dropout
    self.variationalDropout = variationalDropout
    self.recurrentDropout = recurrentDropout
    self.residual = residual
    var layers: [[RecurrentParameters]] = []
    for width in inputs {
      layers.append(
        directions.map { _ in
          RecurrentParameters(cell: cell, inputs: width, hidden: hidden, using: &initializer)
        })
    }
    self.layers = layers
    precondition(!isNormalized || cell == .lstm, "only an LSTM has layer normalisation")
    norms = isNormalized ? layers.map { $0.map { _ in RecurrentNorms(hidden: hidden) } } : []
  }

  /// A stack of `layers` layers of which the first reads `inputs` values and the others the layer below.
  package init(
    cell: RecurrentCell, inputs: Int, hidden: Int, layers: Int, bidirectional: Bool = false, dropout: Float = 0,
    variationalDropout: Float = 0, recurrentDropout: Float = 0, residual: Bool = false, isNormalized: Bool = false,
    using initializer: inout Initializer
  ) {
    let width = hidden * (bidirectional ? 2 : 1)
    self.init(
      cell: cell, inputs: (0..<layers).map { $0 == 0 ? inputs : width }, hidden: hidden, bidirectional: bidirectional,
      dropout: dropout, variationalDropout: variationalDropout, recurrentDropout: recurrentDropout, residual: residual,
      isNormalized: isNormalized,
      using: &initializer)
  }

  /// The width of the output: directions·H.
  package var width: Int { directions.count * hidden }

  /// Runs every layer over `x` `[T, B, I]`; rows beyond their length are never read.
  ///
  /// - Parameters:
  ///   - state: the initial state, zeros when nil.
  ///   - keeping: if given, the steps after which the final state of the forward direction is taken: the first steps of a
  ///     window, whose rest is only looked at ahead. The backward direction then begins anew in every window, and states are
  ///     `[1, B, H]`.
  ///   - masks: those that the rows keep over their steps, as `masks` drew them.
  ///   - beside: if given, is asked for what enters each layer above the first beside the output of the one below
  ///     (an attention context), and is given that output of the first layer.
  /// - Returns: the top layer's output `[T, B, directions·H]` and the final states.
  package func callAsFunction(
    _ x: Tensor, state: RecurrentState? = nil, lengths: [Int]? = nil, keeping: Int? = nil, masks: StackMasks? = nil,
    on tape: Tape?,
    beside: ((Tensor) -> Tensor)? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    var output = x
    var final = RecurrentState(hidden: [])
    var companion: Tensor?
    for index in layers.indices {
      var input = output
      let mask = masks?.layers[index]
      if let mask { input = input * mask.input }
      if index > 0 {
        if companion == nil { companion = beside?(output) }
        if mask == nil { input = input.dropout(dropout) }
        if let companion { input = Tensor.concatenate([input, companion], axis: 2) }
      }
      let (hidden, cell) = (state?.hidden[index], cell.hasCellState ? state?.cell[index] : nil)
      let result: (output: Tensor, hidden: Tensor, cell: Tensor?)
      if let keeping {
        result = window(input, keeping: keeping, index, hidden: hidden, cell: cell, lengths: lengths, on: tape)
      } else {
        result = run(
          input, directions, index, hidden: hidden, cell: cell, lengths: lengths,
          masks: within(input, mask?.hidden, on: tape), on: tape)
      }
      output = residual && index > 0 && output.shape == result.output.shape ? output + result.output : result.output
      final.hidden.append(result.hidden)
      if let cell = result.cell { final.cell.append(cell) }
    }
    return (output, final)
  }

  private func run(
    _ x: Tensor, _ directions: [ReadingDirection], _ layer: Int, hidden: Tensor?,
    cell initial: Tensor?,
    lengths: [Int]?, masks: RecurrentMasks? = nil, on tape: Tape?
  ) -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
    let sides = directions.map { $0 == .backward && self.directions.count == 2 ? 1 : 0 }
    guard norms.isEmpty else {
      return normalized(x, directions, layer, sides, hidden: hidden, cell: initial, lengths: lengths, masks, on: tape)
    }
    let weights = sides.map { layers[layer][$0].on(tape) }
    let result = recurrentLayer(
      x, cell: cell, directions: directions, weights: weights, initialHidden: hidden, initialCell: initial,
      lengths: lengths, masks: masks)
    return (result.output, result.hidden, result.cell)
  }

  /// A layer of an LSTM with layer normalisation, its directions side by side.
  private func normalized(
    _ x: Tensor, _ directions: [ReadingDirection], _ layer: Int, _ sides: [Int], hidden state: Tensor?,
    cell: Tensor?, lengths: [Int]?, _ masks: RecurrentMasks?, on tape: Tape?
  ) -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
    let (steps, batch) = (x.shape[0], x.shape[1])
    var (outputs, hiddens, cells) = ([Tensor](), [Tensor](), [Tensor]())
    for (index, direction) in directions.enumerated() {
      func part(_ tensor: Tensor?) -> Tensor? {
        tensor.map { $0.slice(index..<index + 1, axis: 0).reshaped([batch, hidden]) }
      }
      let zeros = Tensor(zeros: [batch, hidden])
      let run = NormalizedLSTM(
        parameters: layers[layer][sides[index]], norms: norms[layer][sides[index]], hidden: hidden)
      let result = run(
        x, direction, state: (part(state) ?? zeros, part(cell) ?? zeros), lengths: lengths,
        hiddenMask: part(masks?.hidden),
        updateMask: masks?.update?.slice(index * hidden..<(index + 1) * hidden, axis: 2), on: tape)
      outputs.append(Tensor.concatenate(result.outputs).reshaped([steps, batch, hidden]))
      hiddens.append(result.hidden.reshaped([1, batch, hidden]))
      cells.append(result.cell.reshaped([1, batch, hidden]))
    }
    guard directions.count == 2 else { return (outputs[0], hiddens[0], cells[0]) }
    return (
      Tensor.concatenate(outputs, axis: 2), Tensor.concatenate(hiddens, axis: 0), Tensor.concatenate(cells, axis: 0)
    )
  }

  /// What is dropped within a layer over `x`.
  private func within(_ x: Tensor, _ hiddenMask: Tensor?, on tape: Tape?) -> RecurrentMasks? {
    guard let tape, hiddenMask != nil || recurrentDropout > 0 else { return nil }
    let update = recurrentDropout > 0 ? tape.mask([x.shape[0], x.shape[1], width], dropping: recurrentDropout) : nil
    return RecurrentMasks(hidden: hiddenMask, update: update)
  }

  /// Draws the masks that `batch` rows keep over their steps; nil where none are kept, and without a tape.
  package func masks(batch: Int, on tape: Tape?) -> StackMasks? {
    guard let tape, variationalDropout > 0 else { return nil }
    return StackMasks(
      layers: layers.enumerated().map { index, layer in
        // What comes in beside the layer below is left as it is.
        let inputs = index == 0 ? layer[0].inputHidden.value.columns : width
        return (
          tape.mask([batch, inputs], dropping: variationalDropout),
          tape.mask([directions.count, batch, hidden], dropping: variationalDropout)
        )
      })
  }

  /// A layer over a window: forward from the state that was carried here, which goes on after `keeping` steps; backward from
  /// the window's end.
  private func window(
    _ x: Tensor, keeping: Int, _ layer: Int, hidden: Tensor?, cell: Tensor?, lengths: [Int]?, on tape: Tape?
  ) -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
    let steps = x.shape[0]
    let kept = min(keeping, steps)
    let head = run(
      kept == steps ? x : x.slice(0..<kept, axis: 0), [.forward], layer, hidden: hidden, cell: cell,
      lengths: lengths?.map { min($0, kept) }, on: tape)
    var forward = head.output
    if kept < steps {
      let ahead = run(
        x.slice(kept..<steps, axis: 0), [.forward], layer, hidden: head.hidden, cell: head.cell,
        lengths: lengths?.map { max(0, $0 - kept) }, on: tape)
      forward = Tensor.concatenate([forward, ahead.output], axis: 0)
    }
    guard directions.count == 2 else { return (forward, head.hidden, head.cell) }
    let backward = run(x, [.backward], layer, hidden: nil, cell: nil, lengths: lengths, on: tape)
    return (Tensor.concatenate([forward, backward.output], axis: 2), head.hidden, head.cell)
  }

  /// The same stack with its present matrices rounded to 8 bits, for inference. Layers with layer normalisation stay as they are.
  package func in8Bits() -> RecurrentStack {
    var rounded = self
    if norms.isEmpty { rounded.layers = layers.map { $0.map { $0.in8Bits(cell) } } }
    return rounded
  }

  package var parameters: [NamedParameter] {
    layers.enumerated().flatMap { index, layer in
      layer.enumerated().flatMap { $1.named(layer: index, reverse: $0 == 1) }
    }
      + norms.enumerated().flatMap { index, layer in
        layer.enumerated().flatMap { $1.named(layer: index, reverse: $0 == 1) }
      }
  }
}
