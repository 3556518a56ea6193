import TensorCore

/// How a decoder's first state comes from the encoder's last.
package enum BridgeKind: String, Sendable, CaseIterable {
  /// tanh(W h + b), for each decoder layer from the encoder layer of the same height.
  case linear
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

  /// A bridge from states of width `states` to `hidden`; LSTMs carry their cell state over too.
  init(
    _ kind: BridgeKind, layers: Int, states: Int, hidden: Int, hasCellState: Bool, using initializer: inout Initializer
  ) {
    self.kind = kind
    self.layers = layers
    self.hidden = hidden
    let maps = kind == .linear ? layers : 0
    hiddenMaps = (0..<maps).map { _ in Linear(states, hidden, using: &initializer) }
    cellMaps = (0..<(hasCellState ? maps : 0)).map { _ in Linear(states, hidden, using: &initializer) }
  }

  /// The first state `[1, B, H]` of each layer; nil stands for zeros.
  func callAsFunction(_ source: EncodedSource, on tape: Tape?) -> RecurrentState? {
    if kind == .zero { return nil }
    return RecurrentState(
      hidden: carried(source.finalHidden, hiddenMaps, on: tape),
      cell: source.finalCell.isEmpty ? [] : carried(source.finalCell, cellMaps, on: tape))
  }

  private func carried(_ states: [Tensor], _ maps: [Linear], on tape: Tape?) -> [Tensor] {
    (0..<layers).map { layer in
      // A decoder higher than its encoder starts its upper layers from the encoder's top.
      let state = states[min(layer, states.count - 1)]
      let mapped = kind == .linear ? maps[layer](state, on: tape).tanh() : state
      return mapped.reshaped([1, mapped.shape[0], hidden])
    }
  }

  var parameters: [NamedParameter] {
    hiddenMaps.enumerated().flatMap { $1.parameters.prefixed("h_l\($0)") }
      + cellMaps.enumerated().flatMap { $1.parameters.prefixed("c_l\($0)") }
  }
}
