import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Search: alternatives after a prefix")
struct SearchPrefixTests {
  @Test("each alternative is what a search behind the longer prefix gives", arguments: [1, 3])
  func alternatives(beam: Int) throws {
    var ended = 0
    for seed in 0..<60 {
      var options = SearchOptions.test(beam: beam)
      options.maxLength = 7
      options.noRepeatNgramSize = seed % 4 == 0 ? 2 : 0
      let table = SearchTableModel.wholePast(seed: seed, vocabulary: 8)
      let prefixes = [[], [3], [4, 4, 5], [6, 3]]
      let sentences = prefixes.map { SearchSentence(sourceLength: 3, prefix: $0) }
      options.alternatives = 4
      let found = try SearchTableModel.beam(sentences, options, givesAttention: true, table: table)
      options.alternatives = 0
      for (sentence, prefix) in prefixes.enumerated() {
        #expect(found[sentence].count == 4)
        let row = table(sentence, [1] + prefix)
        let next = (2..<8).sorted { row[$0] > row[$1] }
        for (token, hypothesis) in zip(next, found[sentence]) {
          #expect(hypothesis.tokens.starts(with: prefix))
          if token == 2 {
            ended += 1
            #expect(hypothesis.tokens == prefix && hypothesis.isComplete)
            continue
          }
          let longer = SearchSentence(sourceLength: 3, prefix: prefix + [token])
          let alone = try SearchTableModel.beam([longer], options, givesAttention: false) { table(sentence, $1) }[0][0]
          #expect(hypothesis.tokens == alone.tokens, "seed \(seed), sentence \(sentence)")
          #expect(hypothesis.isComplete == alone.isComplete)
          expectClose(hypothesis.logProbability, alone.logProbability, tolerance: 1e-5)
          expectClose(hypothesis.score, alone.score, tolerance: 1e-5)
        }
      }
    }
    #expect(ended > 20)
  }

  @Test("a prefix as long as the limit leaves room for the end alone")
  func prefixOverLimit() throws {
    var options = SearchOptions.test(beam: 3, best: 3)
    options.maxLength = 2
    let sentence = SearchSentence(sourceLength: 1, prefix: [3, 4, 3, 4])
    let open = try SearchTableModel.beam([sentence], options) { _, _ in [0, 0, 1, 2, 3] }[0]
    #expect(open.map(\.tokens) == [[3, 4, 3, 4]] && open[0].isComplete)
    let closed = try SearchTableModel.beam([sentence], options) { _, _ in [0, 0, -.infinity, 2, 3] }[0]
    #expect(closed.map(\.tokens) == [[3, 4, 3, 4]] && !closed[0].isComplete)
    options.alternatives = 3
    let alternatives = try SearchTableModel.beam([sentence], options) { _, _ in [0, 0, 1, 2, 3] }[0]
    #expect(alternatives == open)
    // A prefix that the model cannot write ends where it cannot.
    let barred = SearchSentence(sourceLength: 1, prefix: [3, 0, 3])
    let cut = try SearchTableModel.beam([barred], options) { _, _ in [-.infinity, 0, 1, 2, 3] }[0]
    #expect(cut.map(\.tokens) == [[3]] && !cut[0].isComplete)
  }
}
