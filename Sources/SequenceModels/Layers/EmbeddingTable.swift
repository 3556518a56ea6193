package import TensorCore

/// A vector for each piece of a vocabulary, `[V, E]`.
package struct EmbeddingTable {
  package let weight: Parameter

  /// A table of normal draws with deviation 0.1.
  package init(vocabulary: Int, size: Int, using initializer: inout Initializer) {
    weight = Parameter(initializer.normal([vocabulary, size], deviation: 0.1))
  }

  /// The vectors of `ids`, time-major: ids `[T·B]` give `[T, B, E]`.
  package func callAsFunction(_ ids: [Int32], steps: Int, on tape: Tape?) -> Tensor {
    weight.on(tape).gatherRows(ids: ids, shape: [steps, ids.count / max(steps, 1)])
  }

  package var parameters: [NamedParameter] { [("weight", weight)] }
}
