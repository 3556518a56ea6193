import TensorCore

extension TokenDecoder {
  /// The best sentences for each source of a batch, by beam search.
  ///
  /// - Parameters:
  ///   - source: What an encoder made.
  ///   - options: How it is looked.
  ///   - keepsAttention: Whether hypotheses say where the decoder looked at each step, where it has attention.
  /// - Throws: `SearchError.notFinite`.
  package func search(
    _ source: EncodedSource, options: SearchOptions, keepsAttention: Bool = false
  ) throws -> [[Hypothesis]] {
    var (prepared, state) = start(source, on: nil)
    return try beamSearch(
      sentences: source.lengths.count, sourceLengths: source.lengths, options: options,
      step: { tokens, hypotheses in
        let run = self(tokens, steps: 1, source: prepared, state: state, on: nil)
        state = run.state
        let rows = tokens.count
        let attention = keepsAttention ? run.attention : nil
        return StepScores(
          logits: logits(run.features, on: nil).reshaped([rows, shape.vocabulary]),
          attention: attention.map { $0.reshaped([hypotheses, rows / hypotheses, $0.columns]) })
      },
      advance: { rows, kept in
        state = state.selecting(rows)
        if let kept { prepared = prepared.selecting(kept) }
      })
  }
}
