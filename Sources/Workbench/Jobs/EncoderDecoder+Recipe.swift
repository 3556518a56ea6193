package import SequenceModels

extension EncoderDecoder where Encoder == TokenEncoder {
  /// The network that a translation recipe describes, with first values from `initializer`.
  package init(_ model: ModelSection, sourceVocabulary: Int, targetVocabulary: Int, initializer: Initializer) {
    var initializer = initializer
    // A share just below 1 is 1 in 32 bits, where nothing would be kept.
    func share(_ value: Double) -> Float { min(Float(value), Float(1).nextDown) }
    let dropout = share(model.dropout)
    let (variational, recurrent) = (share(model.variationalDropout), share(model.recurrentDropout))
    let rnn = RecurrentStack(
      cell: model.cell, inputs: model.embeddingSize,
      hidden: model.bidirectional ? model.hiddenSize / 2 : model.hiddenSize, layers: model.layers,
      bidirectional: model.bidirectional, dropout: dropout, variationalDropout: variational,
      recurrentDropout: recurrent, residual: model.residual, isNormalized: model.layerNormalization, using: &initializer
    )
    let encoder = TokenEncoder(
      vocabulary: sourceVocabulary, embedding: model.embeddingSize, rnn: rnn, dropout: dropout,
      reversesSource: model.reverseSource, using: &initializer)
    let shape = TokenDecoderShape(
      vocabulary: targetVocabulary, embeddingSize: model.embeddingSize, cell: model.cell,
      hidden: model.hiddenSize, layers: model.layers, attention: model.attention.kind,
      placement: model.attentionPlacement, inputFeeding: model.inputFeeding,
      bridge: model.bridge, dropout: dropout, residual: model.residual, sourceWidth: rnn.width,
      tiesOutput: model.tieEmbeddings != .none, variationalDropout: variational, recurrentDropout: recurrent,
      isNormalized: model.layerNormalization)
    let shared = model.tieEmbeddings == .all ? encoder.embedding : nil
    self.init(encoder: encoder, decoder: TokenDecoder(shape, embedding: shared, using: &initializer))
  }
}
