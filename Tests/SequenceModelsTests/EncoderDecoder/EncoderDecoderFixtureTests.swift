import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Encoder-decoders give PyTorch's numbers")
struct EncoderDecoderFixtureTests {
  @Test("logits, loss and every gradient", arguments: NetworkCase.all)
  func agrees(with reference: NetworkCase) throws {
    let file = try FixtureFile("encoder-decoder", reference.file)
    let network = reference.network(using: .blank)
    try file.fill(network.parameters)
    let batch = try NetworkBatch(file)
    let smoothing = try file.tensor("smoothing").values[0]
    let (logits, loss, likelihood, tokens, gradients) = Workers.shared.run {
      let logits = network.logits(source: batch.source, input: batch.input, on: nil)
      let tape = Tape()
      let loss = network.loss(
        source: batch.source, input: batch.input, expected: batch.expected, labelSmoothing: smoothing, on: tape)
      tape.backward(from: loss.mean)
      return (
        logits, loss.mean.detached.scalar, loss.negativeLogLikelihood, loss.units, network.parameters.gradients
      )
    }
    let expected = try file.tensor("logits")
    #expect(logits.shape == expected.shape)
    expectClose(batch.input.valid(logits), batch.input.valid(expected), tolerance: 2e-6, "logits")
    expectClose(loss, try file.tensor("loss").values[0], tolerance: 2e-6, "loss")
    expectClose(
      gradients, file.tensors, names: file.tensors.keys.filter { $0.hasPrefix("grad.") }, tolerance: 5e-6,
      reference.file)

    // What perplexity is made of comes from the logits alone, without smoothing.
    let width = expected.columns
    let lines = batch.input.valid(expected).map { Double($0) }
    var sum = 0.0
    for (index, row) in batch.expected.validRows.enumerated() {
      let line = lines[index * width..<(index + 1) * width].map { $0 }
      let top = line.max() ?? 0
      sum += top + log(line.reduce(0) { $0 + exp($1 - top) }) - line[Int(batch.expected.ids[Int(row)])]
    }
    #expect(tokens == batch.expected.lengths.reduce(0, +))
    expectClose(likelihood, sum, tolerance: 1e-5, "negative log-likelihood")
  }
}
