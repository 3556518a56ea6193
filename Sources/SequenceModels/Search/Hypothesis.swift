package import TensorCore

/// A target sentence that a search found.
package struct Hypothesis: Sendable, Equatable {
  /// The generated tokens, without begin and end.
  package let tokens: [Int]
  /// The log-probability after the length penalty; what n-best lists are sorted by.
  package let score: Float
  /// The sum of `tokenLogProbabilities`.
  package let logProbability: Float
  /// The log-probability of each token given the ones before it, that of `</s>` last when `isComplete`.
  package let tokenLogProbabilities: [Float]
  /// Whether it ended with `</s>` rather than was cut.
  package let isComplete: Bool
  /// For each entry of `tokenLogProbabilities` the attention over the source positions when it was predicted, `[T][S]`
  /// with the S of this sentence; nil when the decoder gave none.
  package let attention: [[Float]]?

  /// The same with the attention turned round: of a source that was read from its end.
  package var lookingForward: Hypothesis {
    Hypothesis(
      tokens: tokens, score: score, logProbability: logProbability, tokenLogProbabilities: tokenLogProbabilities,
      isComplete: isComplete, attention: attention?.map { $0.reversed() })
  }
}

/// What a decoder step gives a search, rows hypothesis-major: row = k · B + b for hypothesis k of sentence b.
package struct StepScores {
  /// The scores of each next token, `[K·B, V]`, not normalised; -infinity marks a token that cannot follow.
  package let logits: Tensor
  /// The attention weights over the source, `[K, B, S]` with S at least the longest source of the batch.
  package let attention: Tensor?

  /// The result of one step.
  package init(logits: Tensor, attention: Tensor? = nil) {
    self.logits = logits
    self.attention = attention
  }
}

/// Why a search cannot go on.
package enum SearchError: Error, Equatable {
  /// At `step` (from 0) the logits of `sentence` (an index into the batch as it was given) had no softmax: a NaN or
  /// +infinity among them, or nothing but -infinity.
  case notFinite(sentence: Int, step: Int)
}
