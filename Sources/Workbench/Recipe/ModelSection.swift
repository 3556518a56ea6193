package import SequenceModels
package import TensorCore

/// The shape of an encoder-decoder: `model` of a recipe.
package struct ModelSection: Sendable, Equatable {
  /// How a decoder state and an encoder state become an attention score.
  package enum Attention: String, CaseIterable, Sendable {
    /// Their product (Luong 2015).
    case dot
    /// Their product with a matrix between them (Luong 2015).
    case general
    /// A small network (Bahdanau 2015).
    case additive
    /// No attention: the source is squeezed into the encoder's final state (Sutskever 2014).
    case none

    /// The layer's kind; nil for no attention.
    package var kind: AttentionLayer.Kind? { AttentionLayer.Kind(rawValue: rawValue) }
  }

  /// The recurrent cell. Default `lstm`.
  package var cell = RecurrentCell.lstm
  /// Recurrent layers of the encoder, and of the decoder. Default 2.
  package var layers = 2
  /// Units of a recurrent layer; a bidirectional encoder has half of them in each direction. Default 512.
  package var hiddenSize = 512
  /// Units of an embedding. Default 256.
  package var embeddingSize = 256
  /// Which embeddings and output layers are one matrix. Default `none`.
  package var tieEmbeddings = EmbeddingTie.none
  /// Whether the encoder reads in both directions. Default true.
  package var bidirectional = true
  /// The attention. Default `general`.
  package var attention = Attention.general
  /// Where the attention's context enters. Default `output`.
  package var attentionPlacement = AttentionPlacement.output
  /// Whether the last attentional vector is part of the decoder's next input (Luong 2015); training then goes step by
  /// step. Default false.
  package var inputFeeding = false
  /// The decoder's first state. Default `copy`.
  package var bridge = BridgeKind.copy
  /// The share of units dropped between layers and before the output, in training. Default 0.2.
  package var dropout = 0.2
  /// The share of units that a sentence or clip goes without at all of its steps, of what each recurrent layer reads from below and
  /// of its own last state (Gal and Ghahramani 2016), in place of `dropout` there. Default 0.
  package var variationalDropout = 0.0
  /// The share of an LSTM's candidates dropped at each step (Semeniuta 2016). Default 0.
  package var recurrentDropout = 0.0
  /// Whether an LSTM's products and its cell state are normalised (Ba et al. 2016); training then goes step by step. Default false.
  package var layerNormalization = false
  /// The share of the units read that become the unknown unit, in training. Default 0.
  package var wordDropout = 0.0
  /// Whether each layer from the second on adds its input to its output; with attention in front of the layers above the first,
  /// these are the stacks of GNMT (Wu 2016), but for its first decoder layer, which reads no context. Default false.
  package var residual = false
  /// Whether the source is read from its end (Sutskever 2014). Default false.
  package var reverseSource = false
  /// A model, by folder or name, whose parameters are taken to begin with wherever they have the same place and shape, and those of
  /// units the same vocabulary. Default none.
  package var warmStart: String?

  /// The defaults.
  package init() {}
}

extension ModelSection: KeyedSection {
  package static let blank = ModelSection()
  package static let keys: [SectionKey<ModelSection>] = [
    SectionKey("cell", \.cell, .choice),
    SectionKey("layers", \.layers, .integer(.through(1, 64))),
    SectionKey("hidden_size", \.hiddenSize, .integer(.through(1, 65_536))),
    SectionKey("embedding_size", \.embeddingSize, .integer(.through(1, 65_536))),
    SectionKey("tie_embeddings", \.tieEmbeddings, .choice),
    SectionKey("bidirectional", \.bidirectional, .flag),
    SectionKey("attention", \.attention, .choice),
    SectionKey("attention_placement", \.attentionPlacement, .choice),
    SectionKey("input_feeding", \.inputFeeding, .flag),
    SectionKey("bridge", \.bridge, .choice),
    SectionKey("dropout", \.dropout, .number(.upTo(0, 1))),
    SectionKey("variational_dropout", \.variationalDropout, .number(.upTo(0, 1))),
    SectionKey("recurrent_dropout", \.recurrentDropout, .number(.upTo(0, 1))),
    SectionKey("layer_normalization", \.layerNormalization, .flag),
    SectionKey("word_dropout", \.wordDropout, .number(.upTo(0, 1))),
    SectionKey("residual", \.residual, .flag),
    SectionKey("reverse_source", \.reverseSource, .flag),
    SectionKey("warm_start", \.warmStart, .optional(.text("a model"))),
  ]

  package func check(_ field: Field) throws {
    if bidirectional, !hiddenSize.isMultiple(of: 2) {
      throw field.nearest("hidden_size").error(
        "\(hiddenSize) is odd, but each direction of the encoder has half of it", advice: "give an even number")
    }
    if attention == .none, inputFeeding {
      throw field.nearest("input_feeding").error(
        "there is no attention to feed back", advice: "set input_feeding to false or choose an attention")
    }
    if attention == .none, attentionPlacement == .nextLayer {
      throw field.nearest("attention_placement").error(
        "there is no attention to place", advice: "remove attention_placement or choose an attention")
    }
    if attention == .none, bridge == .zero {
      throw field.nearest("bridge").error(
        "without attention and without a bridge the decoder never sees the source",
        advice: "set bridge to copy or linear, or choose an attention")
    }
    if attentionPlacement == .nextLayer, bridge == .input {
      throw field.nearest("bridge").error(
        "before its first piece the decoder has nothing to attend with, but next_layer attends at every step",
        advice: "set bridge to linear, copy or zero, or attention_placement to output")
    }
    if attentionPlacement == .nextLayer, layers < 2 {
      throw field.nearest("attention_placement").error(
        "next_layer needs a second layer", advice: "set layers to 2 or more, or attention_placement to output")
    }
    if attentionPlacement == .nextLayer, inputFeeding {
      throw field.nearest("input_feeding").error(
        "input feeding goes with attention_placement output", advice: "set one of the two differently")
    }
    if layerNormalization, cell != .lstm {
      throw field.nearest("layer_normalization").error(
        "\(cell.rawValue) has no layer normalisation", advice: "set cell to lstm, or layer_normalization to false")
    }
    if recurrentDropout > 0, cell != .lstm {
      throw field.nearest("recurrent_dropout").error(
        "\(cell.rawValue) has no candidates that an LSTM has", advice: "set cell to lstm, or use variational_dropout")
    }
    if residual, layers < 2 {
      throw field.nearest("residual").error(
        "there is no second layer to add to", advice: "set layers to 2 or more, or residual to false")
    }
  }
}
