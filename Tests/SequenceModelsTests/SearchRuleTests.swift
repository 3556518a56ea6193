import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Search: repetition, unknown words, coverage")
struct SearchRuleTests {
  @Test("greedy search under rules is that of transformers' processors in PyTorch", arguments: 0..<9)
  func fixture(index: Int) throws {
    let file = try FixtureFile("search", "search")
    let (table, vocabulary) = (try file.tensor("table").values, 9)
    let settings = try file.tensor("greedy.\(index).settings").values
    var options = SearchOptions.test(beam: 1)
    options.repetitionPenalty = settings[0]
    options.noRepeatNgramSize = Int(settings[1])
    if settings[2] == 1 { options.forbidden.append(3) }
    options.minLength = Int(settings[3])
    options.maxLength = 20
    let tokens = try file.integers("greedy.\(index).tokens")
    let logits: SearchTableModel.Table = { _, past in
      let row = past[past.count - 1] * vocabulary
      return Array(table[row..<row + vocabulary])
    }
    let beam = try SearchTableModel.beam([4, 4], options, table: logits)
    let greedy = try SearchTableModel.greedy([4], options, table: logits)
    for found in [beam[0][0], beam[1][0], greedy[0]] {
      #expect(found.tokens + (found.isComplete ? [2] : []) == tokens)
      expectClose(
        found.tokenLogProbabilities, try file.tensor("greedy.\(index).log_probabilities").values, tolerance: 2e-6)
    }
  }

  @Test("a token that is there several times is made less probable once")
  func onceOnly() throws {
    var options = SearchOptions.test(beam: 1)
    options.repetitionPenalty = 2
    options.maxLength = 3
    let found = try SearchTableModel.greedy([1], options) { _, _ in [0, 0, 0, 8, 1] }
    // 8 halves to 4 at the second step and stays 4 at the third.
    let after = Float(4 - log(exp(4.0) + exp(1.0) + 3))
    #expect(found[0].tokens == [3, 3, 3])
    expectClose(Array(found[0].tokenLogProbabilities.dropFirst()), [after, after], tolerance: 1e-6)
  }

  @Test("coverage is that of OpenNMT-py's penalty, and decides between finished hypotheses")
  func coverage() throws {
    let file = try FixtureFile("search", "search")
    let attention = try file.tensor("attention")
    let sums = (0..<attention.columns).map { column in
      (0..<attention.rows).reduce(Float(0)) { $0 + attention.values[$1 * attention.columns + column] }
    }
    expectClose(coveragePenalty(sums), try file.tensor("coverage").values[0], tolerance: 1e-6)
    #expect(coveragePenalty([2, 1, 3]) == 0)
    #expect(coveragePenalty([0]).isFinite && coveragePenalty([0]) < -80)

    // Whole hypotheses of a table whose steps look somewhere: what the list is sorted by has the penalty in it.
    var options = SearchOptions.test(beam: 4, best: 4)
    options.maxLength = 6
    let table = SearchTableModel.wholePast(seed: 11, vocabulary: 7)
    let plain = try SearchTableModel.beam([3, 5], options, givesAttention: true, table: table)
    options.coveragePenalty = 0.5
    let covered = try SearchTableModel.beam([3, 5], options, givesAttention: true, table: table)
    for (before, after) in zip(plain, covered) {
      #expect(Set(before.map(\.tokens)) == Set(after.map(\.tokens)))
      #expect(after.map(\.score) == after.map(\.score).sorted(by: >))
      for hypothesis in after {
        let weights = try #require(hypothesis.attention)
        let sums = weights[0].indices.map { position in weights.reduce(Float(0)) { $0 + $1[position] } }
        let length = options.lengthPenalty.score(
          hypothesis.logProbability, length: hypothesis.tokenLogProbabilities.count)
        expectClose(hypothesis.score, length + 0.5 * coveragePenalty(sums), tolerance: 1e-5)
      }
    }
    #expect(plain.map { $0.map(\.tokens) } != covered.map { $0.map(\.tokens) })
  }

  @Test("where nothing follows without a repetition, the sentence ends as it is")
  func deadEnd() throws {
    var options = SearchOptions.test(beam: 2)
    options.noRepeatNgramSize = 1
    options.minLength = 5
    let found = try SearchTableModel.beam([1], options) { _, _ in [0, 0, 9, 2, 1] }[0]
    #expect(found.map(\.tokens) == [[3, 4]] && !found[0].isComplete)
  }
}
