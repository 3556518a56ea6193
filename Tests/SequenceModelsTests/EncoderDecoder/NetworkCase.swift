import SequenceModels
import TensorCore
import Testing

/// A file of the encoder-decoder fixture and the network that it is of.
struct NetworkCase: Sendable, CustomTestStringConvertible {
  enum Arrangement: String {
    case output
    case nextLayer = "next_layer"
    case inputFeeding = "input_feeding"
    case plain
  }

  let arrangement: Arrangement
  let cell: RecurrentCell
  let layers: Int
  var attention: AttentionLayer.Kind?
  var isBidirectional = true
  var reversesSource = false

  var file: String {
    var parts = [arrangement.rawValue, cell == .lstm ? "lstm" : "gru"]
    if let attention { parts.append(attention.rawValue) }
    parts.append("layers\(layers)")
    if !isBidirectional { parts.append("one_direction") }
    if reversesSource { parts.append("reversed") }
    return parts.joined(separator: ".")
  }

  var testDescription: String { file }

  /// Every case that the fixture's script writes.
  static let all: [NetworkCase] = [RecurrentCell.lstm, .gruResetAfter].flatMap { cell in
    var cases: [NetworkCase] = []
    for layers in [1, 2] {
      cases += AttentionLayer.Kind.allCases.map {
        NetworkCase(arrangement: .output, cell: cell, layers: layers, attention: $0)
      }
      cases += [.general, .additive].map {
        NetworkCase(arrangement: .inputFeeding, cell: cell, layers: layers, attention: $0)
      }
      cases.append(NetworkCase(arrangement: .plain, cell: cell, layers: layers))
    }
    cases += [.general, .additive].map {
      NetworkCase(arrangement: .nextLayer, cell: cell, layers: 2, attention: $0)
    }
    return cases + [
      NetworkCase(arrangement: .output, cell: cell, layers: 1, attention: .general, isBidirectional: false),
      NetworkCase(arrangement: .plain, cell: cell, layers: 1, isBidirectional: false),
      NetworkCase(arrangement: .plain, cell: cell, layers: 2, isBidirectional: false, reversesSource: true),
    ]
  }

  /// A network of this shape with vocabularies of 11 and 13 pieces, E 4 and H 6, as in the fixture.
  func network(
    using initializer: Initializer, bridge: BridgeKind = .linear, dropout: Float = 0, variational: Float = 0,
    recurrentDropout: Float = 0, residual: Bool = false, isNormalized: Bool = false
  ) -> EncoderDecoder<TokenEncoder> {
    var initializer = initializer
    let rnn = RecurrentStack(
      cell: cell, inputs: 4, hidden: isBidirectional ? 3 : 6, layers: layers, bidirectional: isBidirectional,
      dropout: dropout, variationalDropout: variational, recurrentDropout: recurrentDropout, residual: residual,
      isNormalized: isNormalized, using: &initializer)
    let encoder = TokenEncoder(
      vocabulary: 11, embedding: 4, rnn: rnn, dropout: dropout, reversesSource: reversesSource, using: &initializer)
    let shape = TokenDecoderShape(
      vocabulary: 13, embeddingSize: 4, cell: cell, hidden: 6, layers: layers, attention: attention,
      placement: arrangement == .nextLayer ? .nextLayer : .output, inputFeeding: arrangement == .inputFeeding,
      bridge: bridge, dropout: dropout, residual: residual, sourceWidth: 6, variationalDropout: variational,
      recurrentDropout: recurrentDropout, isNormalized: isNormalized)
    return EncoderDecoder(encoder: encoder, decoder: TokenDecoder(shape, using: &initializer))
  }
}

/// The sentences of a fixture file.
struct NetworkBatch {
  let source: TokenBatch
  let input: TokenBatch
  let expected: TokenBatch

  init(_ file: FixtureFile) throws {
    source = try file.sentences("source", lengths: "source_lengths")
    input = try file.sentences("target_in", lengths: "target_lengths")
    expected = try file.sentences("target_out", lengths: "target_lengths")
  }
}

extension FixtureFile {
  /// Sentences that a fixture keeps time-major.
  func sentences(_ ids: String, lengths: String) throws -> TokenBatch {
    let (ids, lengths) = (try integers(ids), try integers(lengths))
    let sentences = lengths.indices.map { row in (0..<lengths[row]).map { ids[$0 * lengths.count + row] } }
    let batch = TokenBatch(sentences, padding: 0)
    #expect(batch.ids.map { Int($0) } == ids)
    return batch
  }
}

extension TokenBatch {
  /// The rows of a time-major `[T, B, _]` tensor that are within the sentences.
  func valid(_ tensor: Tensor) -> [Float] {
    let width = tensor.columns
    let values = tensor.values
    return validRows.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }
  }
}
