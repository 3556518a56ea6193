import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Networks that write about clips give PyTorch's numbers")
struct CaptionFixtureTests {
  @Test("logits, loss and every gradient", arguments: CaptionCase.all)
  func agrees(with reference: CaptionCase) throws {
    let file = try FixtureFile("captions", reference.file)
    let network = try reference.network(using: .blank)
    // Running statistics have no gradient, and neither has the fixture.
    let statistics = Set(network.parameters.map(\.name).filter { $0.contains("running_") })
    try file.fill(network.parameters.filter { !statistics.contains($0.name) })
    let batch = try CaptionBatch(file)
    let smoothing = try file.tensor("smoothing").values[0]
    let (logits, loss, units, gradients) = Workers.shared.run {
      // Normalisations take the statistics of the batch where there is a tape.
      let logits = network.logits(source: batch.source, input: batch.input, on: reference.places ? Tape() : nil)
      let tape = Tape()
      let loss = network.loss(
        source: batch.source, input: batch.input, expected: batch.expected, labelSmoothing: smoothing, on: tape)
      tape.backward(from: loss.mean)
      return (logits, loss.mean.detached.scalar, loss.units, network.parameters.gradients)
    }
    let expected = try file.tensor("logits")
    #expect(logits.shape == expected.shape)
    expectClose(batch.input.valid(logits), batch.input.valid(expected), tolerance: 5e-6, "logits")
    expectClose(loss, try file.tensor("loss").values[0], tolerance: 2e-6, "loss")
    #expect(units == batch.expected.lengths.reduce(0, +))
    #expect(gradients.count == network.parameters.count - statistics.count)
    expectClose(
      gradients, file.tensors, names: file.tensors.keys.filter { $0.hasPrefix("grad.") }, tolerance: 1e-5,
      reference.file)
  }
}
