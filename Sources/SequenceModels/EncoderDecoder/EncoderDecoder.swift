package import TensorCore

/// Many-to-one and one-to-many: reads a sentence or a clip, writes a sentence (Sutskever et al., 2014; Bahdanau et al., 2015;
/// Venugopalan et al., 2015).
package struct EncoderDecoder<Encoder: SourceEncoder> {
  package let encoder: Encoder
  package let decoder: TokenDecoder

  package init(encoder: Encoder, decoder: TokenDecoder) {
    self.encoder = encoder
    self.decoder = decoder
  }

  /// The loss under teacher forcing: at each step the decoder reads the true piece before it.
  ///
  /// - Parameters:
  ///   - source: the source batch; each sentence with what ends it, or clips.
  ///   - input: target sentences from their begin piece on, `[T·B]`.
  ///   - expected: the same ones a step later, up to their end piece.
  ///   - own: which of the inputs are the decoder's own pieces instead; none without a tape.
  ///   - labelSmoothing: the share of probability spread over all pieces (Szegedy et al., 2016).
  package func loss(
    source: Encoder.Source, input: TokenBatch, expected: TokenBatch, own: OwnInputs? = nil, labelSmoothing: Float = 0,
    on tape: Tape?
  ) -> SequenceLoss {
    let encoded = encoder(source, on: tape)
    var input = input
    if let own, own.share > 0, let tape {
      let seed = tape.randomness.seed ^ (tape.randomness.next() &* 0x9E37_79B9_7F4A_7C15)
      input = decoder.replacing(input, by: own, source: encoded.detached, seed: seed)
    }
    let (prepared, state) = decoder.start(encoded, on: tape)
    let run = decoder(input.ids, steps: input.steps, source: prepared, state: state, lengths: input.lengths, on: tape)
    // Only valid positions reach the output layer, the most expensive product of all.
    let rows = expected.validRows
    let width = run.features.columns
    let features = run.features.reshaped([input.steps * input.batch, width])
      .gatherRows(ids: rows, shape: [rows.count]).dropout(decoder.shape.dropout)
    let entropy = linearCrossEntropy(
      features, weight: decoder.output.weight.on(tape), bias: decoder.output.bias?.on(tape),
      labels: rows.map { expected.ids[Int($0)] }, labelSmoothing: labelSmoothing, scale: 1 / Float(max(rows.count, 1)))
    return SequenceLoss(
      mean: entropy.loss, negativeLogLikelihood: entropy.negativeLogLikelihood, units: rows.count)
  }

  /// The logits of every teacher-forced position, `[T, B, V]`.
  package func logits(source: Encoder.Source, input: TokenBatch, on tape: Tape?) -> Tensor {
    let (prepared, state) = decoder.start(encoder(source, on: tape), on: tape)
    let run = decoder(input.ids, steps: input.steps, source: prepared, state: state, lengths: input.lengths, on: tape)
    return decoder.logits(run.features, on: tape)
  }

  /// The same network with a decoder in 8 bits (`TokenDecoder.in8Bits`), for inference.
  package func withDecoderIn8Bits() -> EncoderDecoder { EncoderDecoder(encoder: encoder, decoder: decoder.in8Bits()) }

  /// Every parameter once: one that both share bears its name in the encoder.
  package var parameters: [NamedParameter] {
    let read = encoder.parameters.prefixed("encoder")
    let shared = Set(read.map { ObjectIdentifier($0.parameter) })
    return read + decoder.parameters.prefixed("decoder").filter { !shared.contains(ObjectIdentifier($0.parameter)) }
  }
}
