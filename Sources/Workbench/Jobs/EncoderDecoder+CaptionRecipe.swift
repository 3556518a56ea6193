package import SequenceModels

extension EncoderDecoder where Encoder == ClipEncoder {
  /// The network that a recipe describes, with first values from `initializer`.
  ///
  /// - Parameters:
  ///   - frames: How pictures are shown to it; nil for features.
  ///   - features: The numbers of a frame, where it comes as such.
  ///   - vocabulary: The entries of the vocabulary, V.
  package init(
    _ model: CaptionModelSection, frames: FrameSection?, features: Int?, vocabulary: Int, initializer: Initializer
  ) throws {
    var initializer = initializer
    // A share just below 1 is 1 in 32 bits, where nothing would be kept.
    func share(_ value: Double) -> Float { min(Float(value), Float(1).nextDown) }
    let dropout = share(model.dropout)
    let (variational, recurrent) = (share(model.variationalDropout), share(model.recurrentDropout))
    let backbone = try frames.map { frames in
      try ImageBackbone(
        model.encoder, channels: model.channels, keepsPlaces: model.places, frames, using: &initializer)
    }
    let encoder = FrameEncoder(
      backbone: backbone, features: features ?? 0, projection: model.projectionSize, dropout: dropout,
      chunk: model.chunk, isFrozen: model.frozen, using: &initializer)
    /// The decoder of sources of some width.
    func decoder(_ width: Int, _ initializer: inout Initializer) -> TokenDecoder {
      let shape = TokenDecoderShape(
        vocabulary: vocabulary, embeddingSize: model.embeddingSize, cell: model.cell, hidden: model.hiddenSize,
        layers: model.layers, attention: model.attention.kind, placement: model.attentionPlacement,
        inputFeeding: model.inputFeeding, bridge: model.bridge, dropout: dropout, residual: false, sourceWidth: width,
        wordsEnterAbove: model.reader == .s2vt, tiesOutput: model.tieEmbeddings == .target,
        variationalDropout: variational, recurrentDropout: recurrent, isNormalized: model.layerNormalization)
      return TokenDecoder(shape, using: &initializer)
    }
    let reader: ClipEncoder.Reader
    switch model.reader {
    case .mean: reader = .mean(decoder: model.cell)
    case .each: reader = .each(decoder: model.cell)
    case .recurrent:
      let hidden = model.bidirectional ? model.hiddenSize / 2 : model.hiddenSize
      reader = .recurrent(
        RecurrentStack(
          cell: model.cell, inputs: encoder.width, hidden: hidden, layers: model.layers,
          bidirectional: model.bidirectional, dropout: dropout, variationalDropout: variational,
          recurrentDropout: recurrent, isNormalized: model.layerNormalization, using: &initializer))
    case .s2vt:
      // What reads the frames is what writes.
      let decoder = decoder(encoder.width, &initializer)
      let reader = ClipEncoder.Reader.stacked(decoder.rnn, words: model.embeddingSize)
      self.init(encoder: ClipEncoder(frames: encoder, reader: reader), decoder: decoder)
      return
    }
    let clips = ClipEncoder(frames: encoder, reader: reader)
    self.init(encoder: clips, decoder: decoder(clips.width, &initializer))
  }
}
