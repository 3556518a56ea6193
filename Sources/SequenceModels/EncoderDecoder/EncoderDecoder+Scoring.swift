import TensorCore

extension EncoderDecoder {
  /// The log-probability of each expected piece when the decoder reads the true pieces before it, a list a sentence.
  ///
  /// - Parameters:
  ///   - source: the source batch; each sentence with what ends it, or clips.
  ///   - input: target sentences from their begin piece on, `[T·B]`.
  ///   - expected: the same ones a step later, up to their end piece.
  package func logProbabilities(
    source: Encoder.Source, input: TokenBatch, expected: TokenBatch
  ) -> [[Float]] {
    let (prepared, state) = decoder.start(encoder(source, on: nil), on: nil)
    let run = decoder(input.ids, steps: input.steps, source: prepared, state: state, lengths: input.lengths, on: nil)
    let features = run.features.reshaped([input.steps * input.batch, run.features.columns])
    let rows = expected.validRows
    var scores = [[Float]](repeating: [], count: expected.batch)
    // Whole distributions of all positions at once could take gigabytes.
    for start in stride(from: 0, to: rows.count, by: 1024) {
      let part = Array(rows[start..<min(start + 1024, rows.count)])
      let logProbabilities = decoder.logits(features.gatherRows(ids: part, shape: [part.count]), on: nil).logSoftmax()
      let values = logProbabilities.pointer
      for (place, row) in part.enumerated() {
        scores[Int(row) % expected.batch].append(
          values[place * logProbabilities.columns + Int(expected.ids[Int(row)])])
      }
    }
    return scores
  }
}
