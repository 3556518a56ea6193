package import TensorCore

/// Where a decoder looks in the source.
package struct AttentionLayer {
  /// The score of a query q (width H) and a source state s (width D).
  package enum Kind: String, Sendable, CaseIterable {
    /// q · s; needs H = D (Luong et al., 2015).
    case dot
    /// q · W s (Luong et al., 2015).
    case general
    /// v · tanh(W q + U s) (Bahdanau et al., 2015).
    case additive
  }

  package let kind: Kind
  let key: Linear?
  let query: Linear?
  let energy: Linear?

  /// An attention from queries of width `queries` to states of width `states`. Additive scores are `queries` wide.
  package init(_ kind: Kind, queries: Int, states: Int, using initializer: inout Initializer) {
    self.kind = kind
    key = kind == .dot ? nil : Linear(states, queries, bias: false, using: &initializer)
    query = kind == .additive ? Linear(queries, queries, bias: false, using: &initializer) : nil
    energy = kind == .additive ? Linear(queries, 1, bias: false, using: &initializer) : nil
  }

  /// What queries are compared with, `[S, B, H]`: computed once a source, not once a step. Nobody reads those past its end.
  package func keys(_ states: Tensor, lengths: [Int], on tape: Tape?) -> Tensor {
    guard let key else { return states }
    let (positions, batch) = (states.shape[0], states.shape[1])
    // Much padding is not multiplied: sources of one batch have unlike lengths, as it is their translations that are alike.
    guard lengths.reduce(0, +) < positions * batch * 7 / 8 else { return key(states, on: tape) }
    let rows = validRows(lengths: lengths, steps: positions)
    let valid = states.reshaped([positions * batch, states.columns]).gatherRows(ids: rows)
    let keys = key(valid, on: tape)
    return keys.scatterAddRows(ids: rows, rows: positions * batch).reshaped([positions, batch, keys.columns])
  }

  /// Contexts `[T, B, D]` and weights `[T, B, S]` of queries `[T, B, H]`, masked by the lengths of the sources.
  package func callAsFunction(
    _ queries: Tensor, keys: Tensor, states: Tensor, lengths: [Int], on tape: Tape?
  ) -> (context: Tensor, weights: Tensor) {
    guard let query, let energy else { return attend(queries, keys: keys, values: states, lengths: lengths) }
    let vector = energy.weight.on(tape).reshaped([keys.columns])
    return attend(
      query(queries, on: tape), keys: keys, values: states, lengths: lengths, score: .additive(energy: vector))
  }

  package var parameters: [NamedParameter] {
    (query?.parameters.prefixed("query") ?? []) + (key?.parameters.prefixed("key") ?? [])
      + (energy?.parameters.prefixed("energy") ?? [])
  }
}
