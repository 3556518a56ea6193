package import TensorCore

/// The gains and shifts of one direction of one layer-normalised LSTM layer (Ba et al., 2016): of the input's product and of the
/// hidden state's, `[4H]` each, and of the cell state, `[H]`.
package struct RecurrentNorms {
  package let input: (weight: Parameter, bias: Parameter)
  package let hidden: (weight: Parameter, bias: Parameter)
  package let cell: (weight: Parameter, bias: Parameter)

  /// Gains of 1 and shifts of 0.
  init(hidden size: Int) {
    func pair(_ width: Int) -> (weight: Parameter, bias: Parameter) {
      (Parameter(Tensor(repeating: 1, [width])), Parameter(Tensor(zeros: [width])))
    }
    (input, hidden, cell) = (pair(4 * size), pair(4 * size), pair(size))
  }

  func named(layer: Int, reverse: Bool) -> [NamedParameter] {
    let suffix = "_l\(layer)" + (reverse ? "_reverse" : "")
    return [("norm_ih", input), ("norm_hh", hidden), ("norm_c", cell)].flatMap { name, pair in
      [("\(name)_weight" + suffix, pair.weight), ("\(name)_bias" + suffix, pair.bias)]
    }
  }
}

/// One direction of a layer-normalised LSTM layer: i f g o = N(W x) + N(U h) + b, c = σ(f) c' + σ(i) tanh(g),
/// h = σ(o) tanh(N(c)), with a layer normalisation N of its own each (Ba et al., 2016, appendix).
///
/// Step by step, in operations of the tape: slower than `recurrentLayer`.
struct NormalizedLSTM {
  let parameters: RecurrentParameters
  let norms: RecurrentNorms
  let hidden: Int

  /// Runs over `x` `[T, B, I]` from `[B, H]` states, as `recurrentLayer` does; masks are `[B, H]` on the hidden state and
  /// `[T, B, H]` on candidates.
  func callAsFunction(
    _ x: Tensor, _ direction: ReadingDirection, state: (hidden: Tensor, cell: Tensor), lengths: [Int]?,
    hiddenMask: Tensor?, updateMask: Tensor?, on tape: Tape?
  ) -> (outputs: [Tensor], hidden: Tensor, cell: Tensor) {
    func normalized(_ x: Tensor, _ norm: (weight: Parameter, bias: Parameter)) -> Tensor {
      x.layerNormalized(weight: norm.weight.on(tape), bias: norm.bias.on(tape))
    }
    let weights = parameters.on(tape)
    let inputs =
      normalized(x.matmul(weights.inputHidden, transposeOther: true), norms.input) + weights.biasInput
      + weights.biasHidden
    let (steps, batch) = (x.shape[0], x.shape[1])
    var (h, c) = state
    var outputs = [Tensor](repeating: Tensor(zeros: [batch, hidden]), count: steps)
    for step in direction == .forward ? Array(0..<steps) : (0..<steps).reversed() {
      let alive = lengths.map { lengths in lengths.map { $0 > step ? Float(1) : 0 } }
      if let alive, !alive.contains(1) { continue }
      let fed = hiddenMask.map { h * $0 } ?? h
      let gates =
        normalized(fed.matmul(weights.hiddenHidden, transposeOther: true), norms.hidden)
        + inputs.slice(step..<step + 1).reshaped([batch, 4 * hidden])
      func gate(_ index: Int) -> Tensor { gates.slice(index * hidden..<(index + 1) * hidden, axis: 1) }
      var candidate = gate(2).tanh()
      if let updateMask { candidate = candidate * updateMask.slice(step..<step + 1).reshaped([batch, hidden]) }
      let nextCell = gate(1).sigmoid() * c + gate(0).sigmoid() * candidate
      let next = gate(3).sigmoid() * normalized(nextCell, norms.cell).tanh()
      guard let alive, alive.contains(0) else {
        (h, c, outputs[step]) = (next, nextCell, next)
        continue
      }
      // A row that has ended keeps its state.
      let on = Tensor(alive, shape: [batch, 1])
      let off = Tensor(alive.map { 1 - $0 }, shape: [batch, 1])
      outputs[step] = next * on
      (h, c) = (outputs[step] + h * off, nextCell * on + c * off)
    }
    return (outputs, h, c)
  }
}
