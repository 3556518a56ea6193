package import TensorCore

/// The loss of a batch, and the counts that make averages of it.
package struct SequenceLoss {
  /// What training makes small: the mean over units, with label smoothing and whatever else is added; tracked when there is a
  /// tape.
  package let mean: Tensor
  /// The sum over units of -log p, without smoothing: what perplexity is made of.
  package let negativeLogLikelihood: Double
  /// Target units: pieces of sentences, each sentence's end included, or labelled frames.
  package let units: Int

  package init(mean: Tensor, negativeLogLikelihood: Double, units: Int) {
    self.mean = mean
    self.negativeLogLikelihood = negativeLogLikelihood
    self.units = units
  }

  /// The loss of the same logits against two targets, the first of which counts for a `share` of 1.
  package func mixed(with other: SequenceLoss, share: Float) -> SequenceLoss {
    SequenceLoss(
      mean: mean * share + other.mean * (1 - share),
      negativeLogLikelihood: negativeLogLikelihood * Double(share) + other.negativeLogLikelihood * Double(1 - share),
      units: units)
  }
}
