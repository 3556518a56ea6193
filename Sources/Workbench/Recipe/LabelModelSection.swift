package import SequenceModels
package import TensorCore

/// The shape of a network that labels frames: `model` of a recipe.
package struct LabelModelSection: Sendable, Equatable {
  /// What gets a label.
  package enum Target: String, CaseIterable, Sendable {
    /// Every frame.
    case frames
    /// The clip as a whole.
    case clip
  }

  /// How a frame becomes numbers.
  package enum Encoder: String, CaseIterable, Sendable {
    /// It comes as numbers: features that somebody else computed.
    case features
    /// Strided convolutions with `channels`, for small frames.
    case small
    /// VGG-16 (Simonyan and Zisserman 2015), up to its second layer of 4096.
    case vgg16
    /// ResNet with 18 layers (He 2016).
    case resnet18
    /// ResNet with 34 layers.
    case resnet34
    /// MobileNetV2 (Sandler 2018).
    case mobileNetV2 = "mobilenet_v2"

    /// The network over pictures; nil for none.
    package var architecture: ImageArchitecture? { ImageArchitecture(rawValue: rawValue) }
  }

  /// How the probabilities of frames become labels.
  package enum Decoding: String, CaseIterable, Sendable {
    /// The most probable label of each frame.
    case best
    /// The most probable sequence, by how often a label followed another in the training clips (Viterbi 1967). Each window is
    /// decoded by itself, and goes on from the last label before it.
    case viterbi
  }

  /// What gets a label. Default `frames`.
  package var target = Target.frames
  /// Whether a frame may have several labels at once, or none. Default false.
  package var multiLabel = false
  /// How a frame becomes numbers. Default `small`.
  package var encoder = Encoder.small
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
  /// Whether features are scores of the labels, one each: they are added to the result. Default false.
  package var addScores = false
  /// Units of a layer between the encoder and the recurrent layers; nil for no such layer. Default none.
  package var projectionSize: Int?
  /// The recurrent cell. Default `gru_reset_after`.
  package var cell = RecurrentCell.gruResetAfter
  /// Recurrent layers; 0 labels each frame on its own. Default 1.
  package var layers = 1
  /// Units of a recurrent layer in each direction. Default 128.
  package var hiddenSize = 128
  /// Whether the recurrent layers read in both directions. Default true.
  package var bidirectional = true
  /// Frames that are labelled together: the backward direction begins anew for each such window. Default 64.
  package var window = 64
  /// Frames that the backward direction looks at beyond its window; nil for 16, or none without that direction. Default none.
  package var lookAhead: Int?
  /// The share of units dropped before and after each layer, in training. Default 0.2.
  package var dropout = 0.2
  /// How the probabilities of frames become labels. Default `best`.
  package var decoding = Decoding.best
  /// What log-probabilities are multiplied by for `viterbi`: the larger, the less it matters what usually follows. Default 1.
  package var decodingScale = 1.0

  /// The defaults.
  package init() {}
}

extension LabelModelSection: KeyedSection {
  package static let blank = LabelModelSection()
  package static let keys: [SectionKey<LabelModelSection>] = [
    SectionKey("target", \.target, .choice),
    SectionKey("multi_label", \.multiLabel, .flag),
    SectionKey("encoder", \.encoder, .choice),
    SectionKey("channels", \.channels, .list(of: .integer(.through(1, 4096)))),
    SectionKey("pretrained", \.pretrained, .optional(.text("a file name"))),
    SectionKey("warm_start", \.warmStart, .optional(.text("a model"))),
    SectionKey("chunk", \.chunk, .integer(.through(1, 1_000_000))),
    SectionKey("frozen", \.frozen, .flag),
    SectionKey("add_scores", \.addScores, .flag),
    SectionKey("projection_size", \.projectionSize, .optional(.integer(.through(1, 65_536)))),
    SectionKey("cell", \.cell, .choice),
    SectionKey("layers", \.layers, .integer(.through(0, 64))),
    SectionKey("hidden_size", \.hiddenSize, .integer(.through(1, 65_536))),
    SectionKey("bidirectional", \.bidirectional, .flag),
    SectionKey("window", \.window, .integer(.through(1, 1_000_000))),
    SectionKey("look_ahead", \.lookAhead, .optional(.integer(.through(0, 1_000_000)))),
    SectionKey("dropout", \.dropout, .number(.upTo(0, 1))),
    SectionKey("decoding", \.decoding, .choice),
    SectionKey("decoding_scale", \.decodingScale, .number(.above(0))),
  ]

  package func check(_ field: Field) throws {
    if channels.isEmpty {
      throw field.nearest("channels").error("there is no layer", advice: "give the channels of at least one")
    }
    if addScores, encoder != .features || projectionSize != nil || target == .clip || layers == 0 {
      throw field.nearest("add_scores").error(
        "scores of labels come as features and go to recurrent layers as they are",
        advice: "set encoder to features, target to frames, and remove projection_size, or set add_scores to false")
    }
    if multiLabel, target == .clip {
      throw field.nearest("multi_label").error(
        "several labels are for frames, and target is clip", advice: "set target to frames or multi_label to false")
    }
    if layers == 0, target == .clip {
      throw field.nearest("layers").error(
        "a clip gets its label from recurrent layers", advice: "give 1 or more, or set target to frames")
    }
    if decoding == .viterbi, multiLabel || target == .clip {
      throw field.nearest("decoding").error(
        "viterbi finds a sequence with one label a frame", advice: "set decoding to best")
    }
    if frozen, pretrained == nil, warmStart == nil {
      throw field.nearest("frozen").error(
        "an encoder that stays random learns nothing", advice: "give pretrained or warm_start, or set frozen to false")
    }
    if encoder == .features, pretrained != nil || frozen {
      throw field.nearest(frozen ? "frozen" : "pretrained").error(
        "there is no encoder to load: frames come as features", advice: "remove it or choose an encoder")
    }
    if !bidirectional, (lookAhead ?? 0) > 0 {
      throw field.nearest("look_ahead").error(
        "there is no backward direction to look ahead for", advice: "set look_ahead to 0 or bidirectional to true")
    }
  }
}

extension LabelModelSection {
  /// How far the network looks ahead of the frames that it labels: not at all without a backward direction.
  package var ahead: Int { bidirectional ? lookAhead ?? 16 : 0 }
}
