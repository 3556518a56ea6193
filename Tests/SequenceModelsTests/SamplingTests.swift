import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Search: sampling")
struct SamplingTests {
  @Test("what is drawn from is the distribution of transformers' warpers in PyTorch", arguments: 0..<10)
  func distribution(index: Int) throws {
    let file = try FixtureFile("search", "search")
    let logits = try file.tensor("logits")
    let settings = try file.tensor("sampling.\(index).settings").values
    let expected = try file.tensor("sampling.\(index).probabilities").values
    let sampling = Sampling(temperature: settings[0], topK: Int(settings[1]), topP: settings[2])
    for row in 0..<logits.rows {
      let line = (0..<logits.columns).map { (token: $0, logit: logits.values[row * logits.columns + $0]) }
      var found = [Float](repeating: 0, count: logits.columns)
      for (token, probability) in sampling.distribution(line) { found[token] = Float(probability) }
      expectClose(found, Array(expected[row * logits.columns..<(row + 1) * logits.columns]), tolerance: 2e-6)
    }
  }

  /// One step of four words and the end, forever the same.
  private let steady: SearchTableModel.Table = { _, _ in [5, 5, 0, 1, 2, 0.5, -1] }

  @Test("tokens come as often as their probabilities say, with and without cuts")
  func frequencies() throws {
    for sampling in [
      Sampling(), Sampling(temperature: 2), Sampling(topK: 3, seed: 5), Sampling(topP: 0.8),
      Sampling(topK: 4, topP: 0.9),
    ] {
      var options = SearchOptions.test(best: 1)
      options.sampling = sampling
      options.maxLength = 1
      let count = 20_000
      let sentences = (0..<count).map { SearchSentence(sourceLength: 1, key: UInt64($0)) }
      let found = try SearchTableModel.beam(sentences, options, table: steady)
      var share = [Double](repeating: 0, count: 7)
      for hypotheses in found { share[hypotheses[0].tokens.first ?? 2] += 1 / Double(count) }
      let row = steady(0, [])
      let expected = sampling.distribution((2..<7).map { ($0, row[$0]) })
      for token in 0..<7 {
        let probability = expected.first { $0.token == token }?.probability ?? 0
        // Four standard deviations.
        let error = 4 * (probability * (1 - probability) / Double(count)).squareRoot()
        #expect(abs(share[token] - probability) <= error, "\(sampling): \(token) \(share[token]) \(probability)")
      }
    }
  }

  @Test("a sentence's samples depend on seed, key and number alone, whatever the batch")
  func batches() throws {
    let table = SearchTableModel.wholePast(seed: 4, vocabulary: 9)
    var options = SearchOptions.test(best: 3)
    options.sampling = Sampling(seed: 7)
    options.maxLength = 9
    options.noRepeatNgramSize = 3
    // Sentences are told apart by their keys only: the table has the same numbers for all.
    let sentences = [11, 5, 11, 900].map { SearchSentence(sourceLength: 4, prefix: $0 == 5 ? [4, 3] : [], key: $0) }
    let together = try SearchTableModel.beam(sentences, options) { table(0, $1) }
    for (sentence, found) in zip(sentences, together) {
      #expect(found.count == 3)
      let alone = try SearchTableModel.beam([sentence], options) { table(0, $1) }
      #expect(alone[0] == found)
      var fewer = options
      fewer.nBest = 1
      #expect(try SearchTableModel.beam([sentence], fewer) { table(0, $1) }[0] == [found[0]])
      #expect(found.allSatisfy { $0.tokens.starts(with: sentence.prefix) })
      // What a sample is worth does not depend on how it was drawn.
      for hypothesis in found {
        let past = [1] + hypothesis.tokens
        for (step, logProbability) in hypothesis.tokenLogProbabilities.enumerated() {
          let row = table(0, Array(past[...step])).map(Double.init)
          let token = step < hypothesis.tokens.count ? hypothesis.tokens[step] : 2
          let expected = row[token] - log(row.reduce(0) { $0 + exp($1) })
          expectClose(logProbability, Float(expected), tolerance: 1e-5)
        }
      }
    }
    #expect(together[0] == together[2] && together[0] != together[3])
    #expect(Set(together[0].map(\.tokens)).count > 1)
    options.sampling?.seed = 8
    #expect(try SearchTableModel.beam(sentences, options) { table(0, $1) }[0] != together[0])
  }

  @Test("the limits hold, and one token left is always drawn")
  func limits() throws {
    var options = SearchOptions.test(best: 5)
    options.maxLength = 4
    options.minLength = 3
    options.forbidden.append(3)
    options.sampling = Sampling(temperature: 5)
    let sentences = (0..<200).map { SearchSentence(sourceLength: 1, key: UInt64($0)) }
    let found = try SearchTableModel.beam(sentences, options, table: steady).flatMap { $0 }
    #expect(found.count == 1000)
    #expect(Set(found.map(\.tokens.count)) == [3, 4])
    #expect(found.allSatisfy { $0.tokens.count == 4 || $0.isComplete })
    #expect(found.contains { !$0.isComplete } && found.contains { $0.isComplete && $0.tokens.count == 4 })
    #expect(found.allSatisfy { !$0.tokens.contains(3) })
    for sampling in [Sampling(topK: 1), Sampling(topP: 1e-6), Sampling(temperature: 1e-6)] {
      options.sampling = sampling
      options.nBest = 1
      let greedy = try SearchTableModel.greedy([1], options, table: steady)
      #expect(try SearchTableModel.beam([1], options, table: steady)[0] == greedy)
    }
    options.noRepeatNgramSize = 1
    options.minLength = 9
    options.maxLength = 9
    let dead = try SearchTableModel.beam([1], options, table: steady)[0]
    #expect(dead.count == 1 && Set(dead[0].tokens) == [4, 5, 6] && !dead[0].isComplete)
    expectClose(
      dead[0].score, options.lengthPenalty.score(dead[0].logProbability, length: 3), tolerance: 1e-6)
  }
}
