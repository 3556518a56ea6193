package import SequenceModels

extension EncoderDecoder {
  /// The network that a recipe describes, with first values drawn from `seed`.
  package init(_ model: ModelSection, sourceVocabulary: Int, targetVocabulary: Int, seed: UInt64) {
    var initializer = Initializer(seed: seed)
    let dropout = Float(model.dropout)
    let rnn = RecurrentStack(
      cell: model.cell.recurrentCell, inputs: model.embeddingSize,
      hidden: model.bidirectional ? model.hiddenSize / 2 : model.hiddenSize, layers: model.layers,
      bidirectional: model.bidirectional, dropout: dropout, residual: model.residual, using: &initializer)
    let encoder = TokenEncoder(
      vocabulary: sourceVocabulary, embedding: model.embeddingSize, rnn: rnn, dropout: dropout,
      reversesSource: model.reverseSource, using: &initializer)
    let shape = TokenDecoderShape(
      vocabulary: targetVocabulary, embeddingSize: model.embeddingSize, cell: model.cell.recurrentCell,
      hidden: model.hiddenSize, layers: model.layers, attention: model.attention.kind,
      placement: model.attentionPlacement == .nextLayer ? .nextLayer : .output, inputFeeding: model.inputFeeding,
      bridge: model.bridge.kind, dropout: dropout, residual: model.residual, sourceWidth: rnn.width)
    self.init(encoder: encoder, decoder: TokenDecoder(shape, using: &initializer))
  }
}
