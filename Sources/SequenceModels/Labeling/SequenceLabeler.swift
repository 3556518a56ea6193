package import TensorCore

/// Aligned many-to-many: a label for every frame of a sequence, by recurrent layers over features of the frames.
///
/// Long sequences and streams are read in windows: the forward direction carries its state from one to the next, the
/// backward one begins anew in each, some frames ahead of those that are labelled.
package struct SequenceLabeler {
  package let rnn: RecurrentStack
  package let output: Linear
  /// The share of units dropped before the output, in training.
  package let dropout: Float

  /// A labeler of features that `rnn` reads.
  package init(rnn: RecurrentStack, labels: Int, dropout: Float, using initializer: inout Initializer) {
    self.rnn = rnn
    self.dropout = dropout
    output = Linear(rnn.width, labels, using: &initializer)
  }

  /// The logits of whole sequences: features `[F, B, D]` give `[F, B, V]`; frames beyond a row's length have some.
  package func callAsFunction(_ features: Tensor, lengths: [Int]? = nil, on tape: Tape?) -> Tensor {
    output(rnn(features, lengths: lengths, on: tape).output.dropout(dropout), on: tape)
  }

  /// The logits of the first `keeping` frames of a window, and the state in which the next window begins, which is the one
  /// after these frames.
  ///
  /// - Parameters:
  ///   - features: `[F, B, D]`: the frames to label, then those to look at ahead.
  ///   - keeping: how many are labelled; all if there are fewer.
  ///   - lengths: frames of each row in this window, 0…F; nil when every row has F.
  ///   - state: what the window before left; nil for the first.
  package func window(
    _ features: Tensor, keeping: Int, lengths: [Int]? = nil, state: RecurrentState? = nil, on tape: Tape?
  ) -> (logits: Tensor, state: RecurrentState) {
    let run = rnn(features, state: state, lengths: lengths, keeping: keeping, on: tape)
    let kept = min(keeping, features.shape[0])
    let labelled = kept == features.shape[0] ? run.output : run.output.slice(0..<kept, axis: 0)
    return (output(labelled.dropout(dropout), on: tape), run.state)
  }

  package var parameters: [NamedParameter] {
    rnn.parameters.prefixed("rnn") + output.parameters.prefixed("output")
  }
}
