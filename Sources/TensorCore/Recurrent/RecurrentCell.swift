/// The recurrent cells that run in the fast loop, gates in PyTorch's order.
package enum RecurrentCell: String, Sendable, CaseIterable {
  /// Long short-term memory with a forget gate (Hochreiter and Schmidhuber, 1997; Gers et al., 2000); gates i f g o.
  case lstm
  /// Gated recurrent unit, reset before the product (Cho et al., 2014, and the lectures'): n = tanh(W x + U (r ∘ h)),
  /// h' = (1 - z) ∘ n + z ∘ h; gates r z n.
  case gru
  /// Gated recurrent unit, reset after the product (PyTorch's): n = tanh(W x + b + r ∘ (U h + d)); gates r z n.
  case gruResetAfter = "gru_reset_after"
  /// h' = tanh(W x + b + U h + d) (Elman, 1990).
  case rnn
  /// The same with max(0, ·) (Le et al., 2015).
  case rnnReLU = "rnn_relu"

  /// How many gates of width H a weight matrix stacks.
  package var gates: Int {
    switch self {
    case .rnn, .rnnReLU: 1
    case .gru, .gruResetAfter: 3
    case .lstm: 4
    }
  }

  /// Whether there is a cell state beside the hidden state.
  package var hasCellState: Bool { self == .lstm }
}

/// Which way a recurrent layer reads its sequence.
package enum ReadingDirection: Sendable {
  case forward
  case backward
}

/// The weights of one direction of one layer: `[gates·H, I]`, `[gates·H, H]` and two biases `[gates·H]`.
package struct RecurrentWeights {
  package let inputHidden: Tensor
  package let hiddenHidden: Tensor
  package let biasInput: Tensor
  package let biasHidden: Tensor
  /// The matrices rounded to 8 bits, which a forward pass then uses in their place.
  package let int8: Int8RecurrentWeights?
  /// `hiddenHidden` as `[gates, H, H]` with each gate's matrix transposed, for the steps of one forward pass; nil where it
  /// does not pay.
  var gatesTransposed: Tensor?

  package init(
    inputHidden: Tensor, hiddenHidden: Tensor, biasInput: Tensor, biasHidden: Tensor, int8: Int8RecurrentWeights? = nil
  ) {
    self.inputHidden = inputHidden
    self.hiddenHidden = hiddenHidden
    self.biasInput = biasInput
    self.biasHidden = biasHidden
    self.int8 = int8
  }

  var detached: RecurrentWeights {
    RecurrentWeights(
      inputHidden: inputHidden.detached, hiddenHidden: hiddenHidden.detached, biasInput: biasInput.detached,
      biasHidden: biasHidden.detached, int8: int8)
  }
}
