package import TensorCore

/// What every encoder makes, whatever it reads, and what a token decoder consumes.
package struct EncodedSource {
  /// The top layer's state at each position, `[S, B, D]`.
  package var states: Tensor
  /// Valid positions of each source, 1…S.
  package var lengths: [Int]
  /// The hidden state after the last step of each layer, `[layers][B, directions·H]`, forward half first.
  package var finalHidden: [Tensor]
  /// The same for the cell state; empty for cells that have none.
  package var finalCell: [Tensor]

  /// Collects what an encoder made.
  package init(states: Tensor, lengths: [Int], finalHidden: [Tensor], finalCell: [Tensor]) {
    self.states = states
    self.lengths = lengths
    self.finalHidden = finalHidden
    self.finalCell = finalCell
  }
}

extension EncodedSource {
  /// Takes the final states as a stack leaves them, `[directions, B, H]` a layer, directions put side by side.
  init(states: Tensor, lengths: [Int], final: RecurrentState) {
    self.init(
      states: states, lengths: lengths, finalHidden: final.hidden.map(sideBySide),
      finalCell: final.cell.map(sideBySide))
  }
}

/// `[directions, B, H]` to `[B, directions·H]`.
private func sideBySide(_ state: Tensor) -> Tensor {
  let (batch, hidden) = (state.shape[1], state.shape[2])
  if state.shape[0] == 1 { return state.reshaped([batch, hidden]) }
  return Tensor.concatenate(
    (0..<state.shape[0]).map { state.slice($0..<$0 + 1, axis: 0).reshaped([batch, hidden]) }, axis: 1)
}
