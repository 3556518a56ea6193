import TensorCore

/// How a decoder's first state comes from the encoder's last.
package enum BridgeKind: String, Sendable, CaseIterable {
  /// tanh(W h + b), for each decoder layer from the encoder layer of the same height.
  case linear
  /// W h + b: with the vanilla cell, the lectures' h = tanh(W_xh x + W_hh h + W_ih v) at the first step (W_ih = W_hh W).
  case affine
  /// Zeros, from which the decoder reads W h + b of the encoder's top layer as its first input, as wide as the vector of a
  /// piece and before the begin piece (Karpathy and Fei-Fei, 2015; Vinyals et al., 2015).
  case input
  /// Taken over as it is; the widths must agree.
  case copy
  /// Zeros: only attention carries the source over.
  case zero
}

/// The bridge between an encoder and a decoder of `layers` layers.
package struct StateBridge {
  let kind: BridgeKind
  let layers: Int
  let hidden: Int
  let hiddenMaps: [Linear]
  let cellMaps: [Linear]
  let inputMap: Linear?

  /// A bridge from states of width `states` to `hidden`, or to an input of width `input`; LSTMs carry their cell state over
  /// too.
  init(
    _ kind: BridgeKind, layers: Int, states: Int, hidden: Int, input: Int, hasCellState: Bool,
    using initializer: inout Initializer
  ) {
    self.kind = kind
    self.layers = layers
    self.hidden = hidden
    let maps = kind == .linear || kind == .affine ? layers : 0
    hiddenMaps = (0..<maps).map { _ in Linear(states, hidden, using: &initializer) }
    cellMaps = (0..<(hasCellState ? maps : 0)).map { _ in Linear(states, hidden, using: &initializer) }
    inputMap = kind == .input ? Linear(states, input, using: &initializer) : nil
  }

  /// The first state `[1, B, H]` of each layer; nil stands for zeros.
  func callAsFunction(_ source: EncodedSource, on tape: Tape?) -> RecurrentState? {
    if kind == .zero || kind == .input { return nil }
    return RecurrentState(
      hidden: carried(source.finalHidden, hiddenMaps, on: tape),
      cell: source.finalCell.isEmpty ? [] : carried(source.finalCell, cellMaps, on: tape))
  }

  /// What the decoder reads before its first piece, `[1, B, E]`; nil if nothing.
  func firstInput(_ source: EncodedSource, on tape: Tape?) -> Tensor? {
    guard let inputMap else { return nil }
    let input = inputMap(source.finalHidden[source.finalHidden.count - 1], on: tape)
    return input.reshaped([1, input.shape[0], input.shape[1]])
  }

  private func carried(_ states: [Tensor], _ maps: [Linear], on tape: Tape?) -> [Tensor] {
    (0..<layers).map { layer in
      // A decoder higher than its encoder starts its upper layers from the encoder's top.
      let state = states[min(layer, states.count - 1)]
      var mapped = state
      if !maps.isEmpty { mapped = maps[layer](state, on: tape) }
      if kind == .linear { mapped = mapped.tanh() }
      return mapped.reshaped([1, mapped.shape[0], hidden])
    }
  }

  var parameters: [NamedParameter] {
    hiddenMaps.enumerated().flatMap { $1.parameters.prefixed("h_l\($0)") }
      + cellMaps.enumerated().flatMap { $1.parameters.prefixed("c_l\($0)") }
      + (inputMap?.parameters.prefixed("input") ?? [])
  }
}
