import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Inputs that are the decoder's own")
struct ScheduledSamplingTests {
  private func network(_ reference: NetworkCase) throws -> (EncoderDecoder<TokenEncoder>, NetworkBatch) {
    let network = reference.network(using: Initializer(seed: 3))
    var random = SplitMix(seed: 4)
    for (_, parameter) in network.parameters {
      parameter.value = .random(parameter.value.shape, &random, range: 0.8)
    }
    return (network, try NetworkBatch(FixtureFile("encoder-decoder", reference.file)))
  }

  @Test("are what a greedy search writes, when all are", arguments: NetworkCase.all)
  func greedy(reference: NetworkCase) throws {
    let (network, batch) = try network(reference)
    let rows = batch.input.batch
    let (own, logits) = Workers.shared.run {
      let encoded = network.encoder(batch.source, on: nil)
      let own = network.decoder.replacing(batch.input, by: OwnInputs(share: 1), source: encoded, seed: 1)
      return (own, network.logits(source: batch.source, input: own, on: nil))
    }
    #expect(own.lengths == batch.input.lengths && own != batch.input)
    for place in batch.input.validRows.map({ Int($0) }) {
      if place < rows {
        #expect(own.ids[place] == batch.input.ids[place])
        continue
      }
      // The best piece of the step before, given what was read until then.
      let line = logits.values[(place - rows) * 13..<(place - rows + 1) * 13]
      #expect(own.ids[place] == Int32((line.indices.max { line[$0] < line[$1] } ?? 0) - line.startIndex))
    }
  }

  @Test("give the loss and the gradients of these inputs", arguments: NetworkCase.all, [false, true])
  func gradients(reference: NetworkCase, isDrawn: Bool) throws {
    let (network, batch) = try network(reference)
    let own = OwnInputs(share: 0.6, isDrawn: isDrawn)
    Workers.shared.run {
      func learn(_ input: TokenBatch, _ own: OwnInputs?) -> (loss: Float, gradients: [String: Tensor]) {
        let tape = Tape(seed: 5, stream: 7)
        let loss = network.loss(
          source: batch.source, input: input, expected: batch.expected, own: own, labelSmoothing: 0.1, on: tape)
        tape.backward(from: loss.mean)
        defer { for (_, parameter) in network.parameters { parameter.gradient = nil } }
        return (loss.mean.scalar, network.parameters.gradients)
      }
      var keys = Tape(seed: 5, stream: 7).randomness
      let seed = keys.seed ^ (keys.next() &* 0x9E37_79B9_7F4A_7C15)
      let encoded = network.encoder(batch.source, on: nil)
      let fixed = network.decoder.replacing(batch.input, by: own, source: encoded, seed: seed)
      let (sampled, plain) = (learn(batch.input, own), learn(fixed, nil))
      #expect(sampled.loss == plain.loss && fixed != batch.input)
      #expect(sampled.loss != learn(batch.input, nil).loss)
      for (name, gradient) in plain.gradients { #expect(sampled.gradients[name]?.values == gradient.values, "\(name)") }
    }
  }

  @Test("are as many as asked for, and never where a sentence begins")
  func share() throws {
    let (network, _) = try network(NetworkCase.all[0])
    // Pieces 11 and 12 alone, which this decoder never writes.
    let sentences = (0..<20).map { row in [2] + (0..<30).map { 11 + ($0 + row) % 2 } }
    let input = TokenBatch(sentences, padding: 0)
    let bias = try #require(network.decoder.output.bias)
    bias.value = Tensor((0..<13).map { $0 > 10 ? -100 : 0 }, shape: [13])
    let source = TokenBatch((0..<20).map { [4 + $0 % 7, 5, 3] }, padding: 0)
    for share in [Float(0.3), 0.8] {
      let own = Workers.shared.run {
        network.decoder.replacing(
          input, by: OwnInputs(share: share), source: network.encoder(source, on: nil), seed: 9)
      }
      let count = zip(own.ids, input.ids).count { $0 != $1 }
      #expect(abs(Float(count) - 600 * share) < 45)
      #expect(own.ids.prefix(20) == input.ids.prefix(20))
    }
  }

  @Test("cost a loss at each position, which is that of true inputs at the first", arguments: NetworkCase.all)
  func exposure(reference: NetworkCase) throws {
    let (network, batch) = try network(reference)
    let (found, loss) = Workers.shared.run {
      (
        network.exposure(source: batch.source, input: batch.input, expected: batch.expected),
        network.loss(source: batch.source, input: batch.input, expected: batch.expected, on: nil)
      )
    }
    #expect(found.forced.counts == [3, 3, 2, 1] && found.free.counts == found.forced.counts)
    expectClose(found.forced.sums.reduce(0, +), loss.negativeLogLikelihood, tolerance: 1e-5)
    expectClose(found.free.sums[0], found.forced.sums[0], tolerance: 1e-6)
    #expect(found.free.sums[1...] != found.forced.sums[1...])
  }
}
