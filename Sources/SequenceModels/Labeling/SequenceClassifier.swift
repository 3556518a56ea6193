package import TensorCore

/// Many-to-one: one label for a whole sequence, from the final states of recurrent layers over features of its frames.
package struct SequenceClassifier {
  package let rnn: RecurrentStack
  package let output: Linear
  /// The share of units dropped before the output, in training.
  package let dropout: Float

  /// A classifier of features that `rnn` reads.
  package init(rnn: RecurrentStack, labels: Int, dropout: Float, using initializer: inout Initializer) {
    self.rnn = rnn
    self.dropout = dropout
    output = Linear(rnn.width, labels, using: &initializer)
  }

  /// The logits `[B, V]` of sequences whose frames have features `[F, B, D]`.
  package func callAsFunction(_ features: Tensor, lengths: [Int]? = nil, on tape: Tape?) -> Tensor {
    let (states, final) = rnn(features, lengths: lengths, on: tape)
    let source = EncodedSource(
      states: states, lengths: lengths ?? [Int](repeating: features.shape[0], count: features.shape[1]), final: final)
    return output(source.finalHidden[source.finalHidden.count - 1].dropout(dropout), on: tape)
  }

  package var parameters: [NamedParameter] {
    rnn.parameters.prefixed("rnn") + output.parameters.prefixed("output")
  }
}
