import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Tied embeddings and GNMT's stacks give PyTorch's numbers")
struct VariantFixtureTests {
  /// A file of the fixture and the network that it is of.
  struct Variant: Sendable, CustomTestStringConvertible {
    let file: String
    var embedding = 4
    var tie = EmbeddingTie.none
    var isGNMT = false

    var testDescription: String { file }

    static let all = [
      Variant(file: "tied_target", embedding: 6, tie: .target), Variant(file: "tied_target.projected", tie: .target),
      Variant(file: "tied_all", embedding: 6, tie: .all), Variant(file: "tied_all.projected", tie: .all),
      Variant(file: "gnmt", isGNMT: true),
    ]

    func network(using initializer: Initializer) -> EncoderDecoder<TokenEncoder> {
      var initializer = initializer
      let layers = isGNMT ? 3 : 1
      let rnn = RecurrentStack(
        cell: .lstm, inputs: embedding, hidden: 3, layers: layers, bidirectional: true, residual: isGNMT,
        using: &initializer)
      let encoder = TokenEncoder(
        vocabulary: tie == .all ? 13 : 11, embedding: embedding, rnn: rnn, dropout: 0, reversesSource: false,
        using: &initializer)
      let shape = TokenDecoderShape(
        vocabulary: 13, embeddingSize: embedding, cell: .lstm, hidden: 6, layers: layers, attention: .general,
        placement: isGNMT ? .nextLayer : .output, residual: isGNMT, sourceWidth: 6, tiesOutput: tie != .none)
      let decoder = TokenDecoder(shape, embedding: tie == .all ? encoder.embedding : nil, using: &initializer)
      return EncoderDecoder(encoder: encoder, decoder: decoder)
    }
  }

  @Test("logits, loss and every gradient", arguments: Variant.all)
  func agrees(with variant: Variant) throws {
    let file = try FixtureFile("variants", variant.file)
    let network = variant.network(using: .blank)
    try file.fill(network.parameters)
    let batch = try NetworkBatch(file)
    let smoothing = try file.tensor("smoothing").values[0]
    let (logits, loss, gradients) = Workers.shared.run {
      let logits = network.logits(source: batch.source, input: batch.input, on: nil)
      let tape = Tape()
      let loss = network.loss(
        source: batch.source, input: batch.input, expected: batch.expected, labelSmoothing: smoothing, on: tape)
      tape.backward(from: loss.mean)
      return (logits, loss.mean.detached.scalar, network.parameters.gradients)
    }
    expectClose(batch.input.valid(logits), batch.input.valid(try file.tensor("logits")), tolerance: 4e-6, "logits")
    expectClose(loss, try file.tensor("loss").values[0], tolerance: 4e-6, "loss")
    expectClose(
      gradients, file.tensors, names: file.tensors.keys.filter { $0.hasPrefix("grad.") }, tolerance: 1e-5, variant.file)
  }

  @Test("a parameter that is in several places is listed once")
  func listedOnce() {
    let names = Variant.all.map { variant in
      let parameters = variant.network(using: Initializer(seed: 1)).parameters
      #expect(Set(parameters.map { ObjectIdentifier($0.parameter) }).count == parameters.count)
      return Set(parameters.map(\.name))
    }
    #expect(names[0].isSuperset(of: ["encoder.embedding.weight", "decoder.embedding.weight", "decoder.output.bias"]))
    #expect(!names[0].contains("decoder.output.weight") && !names[0].contains("decoder.projection.weight"))
    #expect(names[1].contains("decoder.projection.weight"))
    #expect(!names[2].contains("decoder.embedding.weight") && names[2].contains("encoder.embedding.weight"))
  }
}
