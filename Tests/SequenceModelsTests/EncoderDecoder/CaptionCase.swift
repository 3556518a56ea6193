import SequenceModels
import TensorCore
import Testing

/// A file of the captions fixture and the network that it is of.
struct CaptionCase: Sendable, CustomTestStringConvertible {
  enum Reader: String {
    case mean
    case each
    case recurrent
    case stacked
  }

  let reader: Reader
  let bridge: BridgeKind
  var cell: RecurrentCell
  var layers = 1
  var attention: AttentionLayer.Kind?
  var inputFeeding = false
  var places = false
  var projection: Int?

  var file: String {
    let name = [RecurrentCell.lstm: "lstm", .gruResetAfter: "gru"][cell] ?? "rnn"
    var parts = [reader.rawValue, bridge.rawValue, name, "layers\(layers)"]
    if let attention { parts.append(attention.rawValue) }
    if inputFeeding { parts.append("input_feeding") }
    if places { parts.append("places") }
    if projection != nil { parts.append("projection") }
    return parts.joined(separator: ".")
  }

  var testDescription: String { file }

  /// Every case that the fixture's script writes.
  static let all: [CaptionCase] =
    [
      CaptionCase(reader: .mean, bridge: .affine, cell: .rnn),
      CaptionCase(reader: .mean, bridge: .input, cell: .lstm),
      CaptionCase(reader: .mean, bridge: .input, cell: .gruResetAfter, layers: 2, projection: 4),
      CaptionCase(reader: .mean, bridge: .linear, cell: .lstm, layers: 2),
      CaptionCase(reader: .each, bridge: .linear, cell: .lstm, attention: .additive, places: true),
      CaptionCase(
        reader: .each, bridge: .linear, cell: .gruResetAfter, attention: .general, places: true, projection: 5),
      CaptionCase(reader: .each, bridge: .linear, cell: .lstm, attention: .additive, inputFeeding: true),
      CaptionCase(
        reader: .recurrent, bridge: .input, cell: .lstm, attention: .general, inputFeeding: true, projection: 4),
      CaptionCase(reader: .recurrent, bridge: .affine, cell: .lstm, layers: 2, attention: .dot),
    ]
    + [RecurrentCell.lstm, .gruResetAfter].flatMap { cell in
      AttentionLayer.Kind.allCases.map {
        CaptionCase(reader: .recurrent, bridge: .linear, cell: cell, attention: $0)
      } + [CaptionCase(reader: .stacked, bridge: .copy, cell: cell, layers: 2)]
    }

  /// A network of this shape, with the fixture's sizes.
  func network(
    using initializer: Initializer, dropout: Float = 0, residual: Bool = false
  ) throws -> EncoderDecoder<ClipEncoder> {
    var initializer = initializer
    let backbone =
      places
      ? try ImageBackbone(
        .small, channels: 1, height: 10, width: 8, widths: [3, 4], keepsPlaces: true, using: &initializer) : nil
    let frames = FrameEncoder(
      backbone: backbone, features: 5, projection: projection, dropout: dropout, using: &initializer)
    func makeDecoder(sourceWidth: Int) -> TokenDecoder {
      TokenDecoder(
        TokenDecoderShape(
          vocabulary: 13, embeddingSize: 4, cell: cell, hidden: 6, layers: layers, attention: attention,
          inputFeeding: inputFeeding, bridge: bridge, dropout: dropout, residual: residual, sourceWidth: sourceWidth,
          wordsEnterAbove: reader == .stacked), using: &initializer)
    }
    if reader == .stacked {
      let decoder = makeDecoder(sourceWidth: frames.width)
      return EncoderDecoder(
        encoder: ClipEncoder(frames: frames, reader: .stacked(decoder.rnn, words: 4)), decoder: decoder)
    }
    let kind: ClipEncoder.Reader
    switch reader {
    case .mean: kind = .mean(decoder: cell)
    case .each: kind = .each(decoder: cell)
    case .recurrent, .stacked:
      kind = .recurrent(
        RecurrentStack(
          cell: cell, inputs: frames.width, hidden: 3, layers: 1, bidirectional: true, dropout: dropout,
          using: &initializer))
    }
    let encoder = ClipEncoder(frames: frames, reader: kind)
    return EncoderDecoder(encoder: encoder, decoder: makeDecoder(sourceWidth: encoder.width))
  }
}

/// The clips and sentences of a fixture file.
struct CaptionBatch {
  let source: ClipBatch
  let input: TokenBatch
  let expected: TokenBatch

  init(_ file: FixtureFile) throws {
    source = ClipBatch(
      frames: try file.tensor("frames"), layout: FrameLayout(lengths: try file.integers("lengths")))
    input = try file.sentences("target_in", lengths: "target_lengths")
    expected = try file.sentences("target_out", lengths: "target_lengths")
  }
}

extension ClipBatch {
  /// Some of the clips, in this order.
  func selecting(_ clips: [Int]) -> ClipBatch {
    let parts = clips.map { clip in
      let start = layout.lengths.prefix(clip).reduce(0, +)
      return frames.slice(start..<start + layout.lengths[clip])
    }
    return ClipBatch(
      frames: Tensor.concatenate(parts), layout: FrameLayout(lengths: clips.map { layout.lengths[$0] }))
  }
}
