import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Scores of given sentences, and of several networks together")
struct ForcedScoreTests {
  @Test("log-probabilities of given pieces are those of PyTorch's logits", arguments: NetworkCase.all)
  func forced(reference: NetworkCase) throws {
    let file = try FixtureFile("encoder-decoder", reference.file)
    let network = reference.network(using: .blank)
    try file.fill(network.parameters)
    let batch = try NetworkBatch(file)
    let found = Workers.shared.run {
      network.logProbabilities(source: batch.source, input: batch.input, expected: batch.expected)
    }
    let logits = try file.tensor("logits")
    #expect(found.map(\.count) == batch.expected.lengths)
    for (sentence, scores) in found.enumerated() {
      for (step, score) in scores.enumerated() {
        let row = step * batch.expected.batch + sentence
        let line = logits.values[row * logits.columns..<(row + 1) * logits.columns].map { Double($0) }
        let sum = log(line.reduce(0) { $0 + exp($1) })
        expectClose(score, Float(line[Int(batch.expected.ids[row])] - sum), tolerance: 3e-6)
      }
    }
  }

  @Test("the mean of several models' probabilities is fairseq's")
  func meanProbability() throws {
    let file = try FixtureFile("search", "search")
    let members = try file.tensor("members")
    let (rows, columns) = (members.shape[1], members.shape[2])
    let logits = (0..<3).map { member in
      Tensor(Array(members.values[member * rows * columns..<(member + 1) * rows * columns]), shape: [rows, columns])
    }
    let found = Workers.shared.run { logMeanProbability(logits).values }
    expectClose(found, try file.tensor("ensemble").values, tolerance: 3e-6)
  }

  @Test("networks of other cells and attentions are searched together as one distribution")
  func ensemble() throws {
    let cases = [
      NetworkCase(arrangement: .output, cell: .lstm, layers: 1, attention: .general),
      NetworkCase(arrangement: .inputFeeding, cell: .gruResetAfter, layers: 2, attention: .additive),
      NetworkCase(arrangement: .plain, cell: .lstm, layers: 2),
    ]
    let networks = try cases.map { reference in
      let network = reference.network(using: .blank)
      try FixtureFile("encoder-decoder", reference.file).fill(network.parameters)
      return network
    }
    let source = TokenBatch([[4, 5, 6, 3], [7, 3], [9, 9, 8, 4, 5, 3]], padding: 0)
    var options = SearchOptions(begin: 2, end: 3, forbidden: [0, 2])
    options.maxLength = 8
    options.nBest = 3
    try Workers.shared.run {
      let found = try searchTogether(
        networks.map { ($0.decoder, $0.encoder(source, on: nil)) }, options: options, keepsAttention: true)
      for (sentence, hypotheses) in found.enumerated() {
        #expect(hypotheses.count == 3)
        for hypothesis in hypotheses {
          let words = (0..<source.lengths[sentence]).map { Int(source.ids[$0 * source.batch + sentence]) }
          let written = hypothesis.tokens + (hypothesis.isComplete ? [3] : [])
          let logits = networks.map {
            let input = TokenBatch([[2] + written.dropLast()], padding: 0)
            let logits = $0.logits(source: TokenBatch([words], padding: 0), input: input, on: nil)
            return logits.reshaped([written.count, 13])
          }
          let together = logMeanProbability(logits).values
          let expected = written.enumerated().map { together[$0 * 13 + $1] }
          expectClose(hypothesis.tokenLogProbabilities, expected, tolerance: 2e-5)
          let attention = try #require(hypothesis.attention)
          for row in attention { expectClose(row.reduce(0, +), 1, tolerance: 1e-5) }
        }
      }
      // A network twice is the network.
      let alone = try networks[0].decoder.search(networks[0].encoder(source, on: nil), options: options)
      let twice = try searchTogether(
        [networks[0], networks[0]].map { ($0.decoder, $0.encoder(source, on: nil)) }, options: options)
      #expect(twice.map { $0.map(\.tokens) } == alone.map { $0.map(\.tokens) })
      #expect(found.map { $0[0].score } != alone.map { $0[0].score })
    }
  }
}
