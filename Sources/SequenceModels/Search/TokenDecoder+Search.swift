package import TensorCore

extension TokenDecoder {
  /// The best sentences for each source of a batch, by beam search, or drawn ones where the options say so.
  ///
  /// - Parameters:
  ///   - source: What an encoder made.
  ///   - sentences: What else there is to be known of each, in the order of the sources; nil for nothing. Their source lengths
  ///     are not read.
  ///   - options: How it is looked.
  ///   - keepsAttention: Whether hypotheses say where the decoder looked at each step, where it has attention.
  /// - Throws: `SearchError.notFinite`.
  package func search(
    _ source: EncodedSource, sentences: [SearchSentence]? = nil, options: SearchOptions, keepsAttention: Bool = false
  ) throws -> [[Hypothesis]] {
    try searchTogether(
      [(self, source)], sentences: sentences, options: options, keepsAttention: keepsAttention)
  }
}

/// As `TokenDecoder.search` with several decoders of one vocabulary, each behind its own encoder: at each step a token has the
/// mean of the probabilities that they give it, and attention is the mean of those that have some.
package func searchTogether(
  _ members: [(decoder: TokenDecoder, source: EncodedSource)], sentences: [SearchSentence]? = nil,
  options: SearchOptions, keepsAttention: Bool = false
) throws -> [[Hypothesis]] {
  let lengths = members.first?.source.lengths ?? []
  precondition(members.allSatisfy { $0.source.lengths == lengths }, "the sources of the decoders are not alike")
  precondition(sentences == nil || sentences?.count == lengths.count, "there is not one sentence a source")
  let keepsAttention = keepsAttention || options.coveragePenalty != 0
  var runs = members.map { member in
    let (source, state) = member.decoder.start(member.source, on: nil)
    return (decoder: member.decoder, source: source, state: state)
  }
  return try beamSearch(
    lengths.enumerated().map { index, length in
      var sentence = sentences?[index] ?? SearchSentence(sourceLength: length)
      sentence.sourceLength = length
      return sentence
    }, options: options,
    step: { tokens, hypotheses in
      let rows = tokens.count
      var logits: [Tensor] = []
      var attention: [Tensor] = []
      for index in runs.indices {
        let (decoder, source, state) = runs[index]
        let run = decoder(tokens, steps: 1, source: source, state: state, on: nil)
        runs[index].state = run.state
        logits.append(decoder.logits(run.features, on: nil).reshaped([rows, decoder.shape.vocabulary]))
        if keepsAttention, let weights = run.attention {
          attention.append(weights.reshaped([hypotheses, rows / hypotheses, weights.columns]))
        }
      }
      return StepScores(logits: logMeanProbability(logits), attention: mean(attention))
    },
    advance: { rows, kept in
      for index in runs.indices {
        runs[index].state = runs[index].state.selecting(rows)
        if let kept { runs[index].source = runs[index].source.selecting(kept) }
      }
    })
}

/// What has the softmax that is the mean of those of some models' logits `[R, V]`: its logarithm, or the logits of a model alone.
package func logMeanProbability(_ logits: [Tensor]) -> Tensor {
  logits.count == 1 ? logits[0] : (mean(logits.map { $0.softmax() }) ?? logits[0]).log()
}

/// The mean of tensors of one shape; nil where there are none.
private func mean(_ tensors: [Tensor]) -> Tensor? {
  guard let first = tensors.first else { return nil }
  if tensors.count == 1 { return first }
  return tensors.dropFirst().reduce(first) { $0 + $1 } / Float(tensors.count)
}
