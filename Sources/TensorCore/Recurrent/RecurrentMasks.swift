/// What is dropped within a recurrent layer, besides its input.
package struct RecurrentMasks {
  /// `[directions, B, H]`: what the last hidden state is multiplied by in front of its products, at every step the same (Gal and
  /// Ghahramani, 2016). What a GRU hands on beside them is left alone.
  package let hidden: Tensor?
  /// `[T, B, directions·H]`: what the candidate of an LSTM is multiplied by, c = f c' + i (m g), so that nothing that is
  /// remembered is lost (Semeniuta et al., 2016).
  package let update: Tensor?

  package init(hidden: Tensor? = nil, update: Tensor? = nil) {
    self.hidden = hidden?.detached
    self.update = update?.detached
  }
}
