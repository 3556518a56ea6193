import SequenceModels
import TensorCore
import Testing

@Suite("Search: lengths, penalties and what cannot be searched")
struct SearchLimitTests {
  private let half = Float(-0.693_147_2)  // log 1/2

  /// Logits that are log-probabilities already; what is not named has none.
  private func row(_ probabilities: [Int: Float], _ vocabulary: Int = 6) -> [Float] {
    (0..<vocabulary).map { token in
      switch probabilities[token] {
      case 0.5: half
      case 0.25: 2 * half
      case 0.125: 3 * half
      case 1: 0
      default: -.infinity
      }
    }
  }

  @Test("length penalties, by hand")
  func penalties() {
    #expect(LengthPenalty.none.score(-3, length: 4) == -3)
    #expect(LengthPenalty.average.score(-3, length: 4) == -0.75)
    #expect(LengthPenalty.gnmt(alpha: 1).score(-3, length: 4) == -2)  // 3 / (9 / 6)
    #expect(LengthPenalty.gnmt(alpha: 2).score(-9, length: 13) == -1)  // 9 / (18 / 6)²
    #expect(LengthPenalty.gnmt(alpha: 0).score(-3, length: 40) == -3)
    #expect(abs(LengthPenalty.gnmt(alpha: 0.6).score(-3, length: 7) - -1.979_262) < 1e-5)  // 3 / 2^0.6
    #expect(LengthPenalty.gnmt(alpha: 1).score(-3, length: 1) == -3)
    #expect(LengthPenalty.average.score(0, length: 0) == 0)
  }

  @Test("the penalty decides between short and long, and counts </s>")
  func penaltyDecides() throws {
    // `3 </s>` has 1/2 · 1/2. `4 5 </s>` has 1/2 · 1/2 · 1/2; length 2 against 3.
    let table: SearchTableModel.Table = { _, past in
      switch past.last {
      case 1: self.row([3: 0.5, 4: 0.5])
      case 3: self.row([2: 0.5, 0: 0.5])
      case 4: self.row([5: 0.5, 0: 0.5])
      default: self.row([2: 0.5, 0: 0.5])
      }
    }
    let none = try SearchTableModel.beam([9], .test(beam: 2, best: 2, penalty: .none), table: table)[0]
    #expect(none.map(\.tokens) == [[3], [4, 5]])
    #expect(abs(none[0].score - 2 * half) < 1e-6 && abs(none[1].score - 3 * half) < 1e-6)

    let average = try SearchTableModel.beam([9], .test(beam: 2, best: 2, penalty: .average), table: table)[0]
    for hypothesis in average { #expect(abs(hypothesis.score - half) < 1e-6) }

    // 2 / (7/6)^4 = 1.0796 against 3 / (8/6)^4 = 0.9492.
    let gnmt = try SearchTableModel.beam([9], .test(beam: 2, best: 2, penalty: .gnmt(alpha: 4)), table: table)[0]
    #expect(gnmt.map(\.tokens) == [[4, 5], [3]])
    #expect(abs(gnmt[0].score - half * 0.949_219) < 1e-5 && abs(gnmt[1].score - half * 1.079_550) < 1e-5)
  }

  @Test("the length limit is the smaller of the two, and at least 1")
  func limit() {
    var options = SearchOptions(begin: 1, end: 2, forbidden: [])
    #expect(options.beamSize == 5 && options.nBest == 1 && options.lengthPenalty == .gnmt(alpha: 1))
    #expect(options.lengthLimit(sourceLength: 10) == 30)
    #expect(options.lengthLimit(sourceLength: 1000) == 200)
    #expect(options.lengthLimit(sourceLength: 0) == 10)
    options.maxLengthRatio = 1.25
    #expect(options.lengthLimit(sourceLength: 3) == 14)  // 13.75 rounded up
    options.maxLengthRatio = nil
    #expect(options.lengthLimit(sourceLength: 3) == 200)
    options.maxLength = 0
    #expect(options.lengthLimit(sourceLength: 3) == 1)
    options.maxLength = 7
    for odd in [Float.nan, .infinity, 1e38] {
      options.maxLengthRatio = odd
      #expect(options.lengthLimit(sourceLength: 3) == 7)
    }
    options.maxLengthRatio = -.infinity
    #expect(options.lengthLimit(sourceLength: 3) == 1)
  }

  @Test("</s> is not taken before the minimum, nor words after the maximum", arguments: [1, 2, 6])
  func minimumAndMaximum(beam: Int) throws {
    for seed in 0..<40 {
      var options = SearchOptions.test(beam: beam, best: beam)
      options.minLength = 3
      options.maxLength = 5
      let found = try SearchTableModel.beam(
        [4, 4, 4], options, table: SearchTableModel.markov(seed: seed, vocabulary: 6))
      for hypothesis in found.flatMap({ $0 }) {
        #expect((3...5).contains(hypothesis.tokens.count))
        #expect(hypothesis.isComplete || hypothesis.tokens.count == 5)
        #expect(hypothesis.tokens.allSatisfy { $0 >= 3 })
      }
    }
  }

  @Test("at the limit </s> may still come; what does not take it is incomplete and stands behind the complete")
  func cut() throws {
    var options = SearchOptions.test(beam: 2, best: 3, penalty: .none)
    options.maxLength = 2
    // After two words </s> is certain behind a 3 and impossible behind a 4.
    let table: SearchTableModel.Table = { _, past in
      past.count < 3 ? self.row([3: 0.25, 4: 0.5, 5: 0.25]) : past.last == 3 ? self.row([2: 1]) : self.row([5: 1])
    }
    let found = try SearchTableModel.beam([9], options, table: table)[0]
    #expect(found.map(\.tokens) == [[4, 3], [4, 4]])
    #expect(found.map(\.isComplete) == [true, false])
    #expect(abs(found[0].logProbability - 3 * half) < 1e-6 && abs(found[1].logProbability - 2 * half) < 1e-6)
    #expect(found[0].tokenLogProbabilities.count == 3 && found[1].tokenLogProbabilities.count == 2)

    options.nBest = 1
    #expect(try SearchTableModel.beam([9], options, table: table)[0].map(\.tokens) == [[4, 3]])
    options.maxLengthRatio = 0
    options.maxLength = 200
    let endless = try SearchTableModel.beam([9], options) { _, _ in self.row([3: 1]) }[0]
    #expect(endless.map(\.tokens) == [[Int](repeating: 3, count: 10)])
    #expect(!endless[0].isComplete)
  }

  @Test("fewer words than the beam is wide")
  func narrow() throws {
    var options = SearchOptions.test(beam: 12, best: 12, penalty: .none)
    options.maxLength = 2
    let table: SearchTableModel.Table = { _, _ in self.row([2: 0.25, 3: 0.5, 4: 0.25], 5) }
    let model = SearchTableModel(sourceLengths: [9], table: table)
    let found = try beamSearch(
      SearchSentence.of([9]), options: options, step: model.step, advance: model.advance)[0]
    #expect(model.calls == [[1, 1], [2, 1], [4, 1]])
    #expect(Set(found.map(\.tokens)) == [[], [3], [4], [3, 3], [3, 4], [4, 3], [4, 4]])
    #expect(found.count == 7 && found.allSatisfy(\.isComplete))
    #expect(found[0].tokens == [])
  }

  @Test("where nothing can follow, the sentence ends as it is")
  func deadEnd() throws {
    var options = SearchOptions.test(beam: 3, penalty: .none)
    options.minLength = 4
    let table: SearchTableModel.Table = { _, past in past.count < 3 ? self.row([3: 1]) : self.row([2: 0.5, 0: 0.5]) }
    let beam = try SearchTableModel.beam([9], options, table: table)[0]
    let greedy = try SearchTableModel.greedy([9], options, table: table)
    #expect(beam == greedy)
    #expect(beam.map(\.tokens) == [[3, 3]] && !beam[0].isComplete && beam[0].logProbability == 0)

    let atOnce = try SearchTableModel.beam([9], options) { _, _ in self.row([0: 0.5, 1: 0.5]) }[0]
    #expect(atOnce.map(\.tokens) == [[]] && !atOnce[0].isComplete && atOnce[0].score == 0)
  }

  @Test("no softmax: the error names sentence and step", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    // Sentence 0 has left the batch when sentence 2 goes wrong.
    let table: SearchTableModel.Table = { sentence, past in
      if sentence == 2 && past.count == 3 {
        return value == -.infinity ? [Float](repeating: value, count: 6) : [0, 0, 0, value, 0, 0]
      }
      return self.row(sentence == 0 ? [2: 1] : [3: 0.5, 4: 0.5])
    }
    let expected = SearchError.notFinite(sentence: 2, step: 2)
    #expect(throws: expected) { try SearchTableModel.beam([5, 5, 5], .test(beam: 2), table: table) }
    #expect(throws: expected) { try SearchTableModel.greedy([5, 5, 5], .test(), table: table) }
  }

  @Test("what a closure throws comes out")
  func closuresThrow() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try beamSearch(SearchSentence.of([1]), options: .test()) { _, _ in
        throw Stop()
      } advance: { _, _ in
      }
    }
    #expect(throws: Stop.self) {
      try beamSearch(SearchSentence.of([1]), options: .test()) { _, _ in
        StepScores(logits: Tensor(zeros: [1, 6]))
      } advance: { _, _ in
        throw Stop()
      }
    }
  }
}
