package import SequenceModels
package import TensorCore

/// The shape of a network that writes captions: `model` of a recipe.
package struct CaptionModelSection: Sendable, Equatable {
  /// How what is seen in the frames reaches the decoder.
  package enum Reader: String, CaseIterable, Sendable {
    /// The mean of the frames' features, once: one-to-many.
    case mean
    /// The features of every frame, or of every place in it, for attention to choose from (Xu 2015).
    case each
    /// Recurrent layers over the frames (many-to-one), whose states attention chooses from.
    case recurrent
    /// Two stacked layers that first read the frames and then write (S2VT; Venugopalan 2015).
    case s2vt
  }

  /// How a frame becomes numbers. Default `small`.
  package var encoder = LabelModelSection.Encoder.small
  /// The channels of the layers of `small`, each of which halves the frame. Default `[24, 48, 96, 96]`.
  package var channels = [24, 48, 96, 96]
  /// Weights for the encoder to begin with, a safetensors file with the names of torchvision (for `mobilenet_v2`, of the
  /// TensorFlow Lite model); nil for random ones. Default none.
  package var pretrained: String?
  /// A model that labels frames or writes captions, by folder or name, whose parameters are taken to begin with wherever they
  /// have the same place and shape. Default none.
  package var warmStart: String?
  /// Frames that pass the encoder at once in training. With more in a batch each passes it again on the way back, so that
  /// memory does not grow with the length of clips. Default 1024.
  package var chunk = 1024
  /// Whether the encoder stays as it begins; its features are then computed once. Default false.
  package var frozen = false
  /// Whether the encoder keeps the places of a frame apart, for attention over them. Default false.
  package var places = false
  /// Units of a layer between the encoder and what follows; nil for no such layer. Default none.
  package var projectionSize: Int?
  /// How what is seen reaches the decoder. Default `recurrent`.
  package var reader = Reader.recurrent
  /// The recurrent cell. Default `lstm`.
  package var cell = RecurrentCell.lstm
  /// Recurrent layers of the reader, and of the decoder. Default 1.
  package var layers = 1
  /// Units of a recurrent layer; a bidirectional reader has half of them in each direction. Default 256.
  package var hiddenSize = 256
  /// Units of an embedding. Default 128.
  package var embeddingSize = 128
  /// Whether the embedding is the weight of the output layer: `target`, or `none`. Default `none`.
  package var tieEmbeddings = EmbeddingTie.none
  /// Whether the reader reads in both directions. Default true.
  package var bidirectional = true
  /// The attention. Default `general`.
  package var attention = ModelSection.Attention.general
  /// Where the attention's context enters. Default `output`.
  package var attentionPlacement = AttentionPlacement.output
  /// Whether the last attentional vector is part of the decoder's next input. Default false.
  package var inputFeeding = false
  /// The decoder's first state. Default `linear`.
  package var bridge = BridgeKind.linear
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

  /// The defaults.
  package init() {}
}

extension CaptionModelSection: KeyedSection {
  package static let blank = CaptionModelSection()
  package static let keys: [SectionKey<CaptionModelSection>] = [
    SectionKey("encoder", \.encoder, .choice),
    SectionKey("channels", \.channels, .list(of: .integer(.through(1, 4096)))),
    SectionKey("pretrained", \.pretrained, .optional(.text("a file name"))),
    SectionKey("warm_start", \.warmStart, .optional(.text("a model"))),
    SectionKey("chunk", \.chunk, .integer(.through(1, 1_000_000))),
    SectionKey("frozen", \.frozen, .flag),
    SectionKey("places", \.places, .flag),
    SectionKey("projection_size", \.projectionSize, .optional(.integer(.through(1, 65_536)))),
    SectionKey("reader", \.reader, .choice),
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
  ]

  package func check(_ field: Field) throws {
    if channels.isEmpty {
      throw field.nearest("channels").error("there is no layer", advice: "give the channels of at least one")
    }
    if encoder == .features, pretrained != nil || frozen || places {
      throw field.nearest(places ? "places" : frozen ? "frozen" : "pretrained").error(
        "there is no encoder: frames come as features", advice: "remove it or choose an encoder")
    }
    if frozen, pretrained == nil, warmStart == nil {
      throw field.nearest("frozen").error(
        "an encoder that stays random learns nothing", advice: "give pretrained or warm_start, or set frozen to false")
    }
    if places, reader != .each {
      throw field.nearest("places").error(
        "places are for attention to choose from", advice: "set reader to each, or places to false")
    }
    if reader == .recurrent, bidirectional, !hiddenSize.isMultiple(of: 2) {
      throw field.nearest("hidden_size").error(
        "\(hiddenSize) is odd, but each direction of the reader has half of it", advice: "give an even number")
    }
    if tieEmbeddings == .all {
      throw field.nearest("tie_embeddings").error("clips have no embedding", advice: "set tie_embeddings to target")
    }
    try checkCoupling(field)
    try decoderSection.check(field)
  }

  /// Checks that reader, attention and bridge go together.
  private func checkCoupling(_ field: Field) throws {
    switch reader {
    case .s2vt:
      guard layers == 2, attention == .none, bridge == .copy else {
        throw field.nearest("reader").error(
          "s2vt has two layers that read and write, and nothing else",
          advice: "set layers to 2, attention to none and bridge to copy")
      }
    case .mean where attention != .none:
      throw field.nearest("attention").error(
        "of a mean there is nothing to choose", advice: "set attention to none, or reader to each")
    case .mean, .each:
      guard bridge != .copy else {
        throw field.nearest("bridge").error(
          "features are not as wide as the decoder's state", advice: "set bridge to linear, affine or input")
      }
      guard attention != .dot || projectionSize == hiddenSize else {
        throw field.nearest("attention").error(
          "dot compares features with the decoder's state, which has \(hiddenSize) units",
          advice: "set projection_size to \(hiddenSize), or attention to general or additive")
      }
    case .recurrent: break
    }
  }

  /// The decoder in the terms of translation; what both have in common is checked there.
  private var decoderSection: ModelSection {
    var section = ModelSection()
    section.cell = cell
    section.layers = layers
    section.hiddenSize = hiddenSize
    section.bidirectional = reader == .recurrent && bidirectional
    section.attention = attention
    section.attentionPlacement = attentionPlacement
    section.inputFeeding = inputFeeding
    section.bridge = bridge
    section.recurrentDropout = recurrentDropout
    section.layerNormalization = layerNormalization
    return section
  }
}
