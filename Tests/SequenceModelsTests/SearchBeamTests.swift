import SequenceModels
import TensorCore
import Testing

@Suite("Beam search")
struct SearchBeamTests {
  static let penalties: [LengthPenalty] = [.none, .average, .gnmt(alpha: 1), .gnmt(alpha: 0.6)]

  private func expectEqual(
    _ found: [Hypothesis], _ wanted: [ReferenceHypothesis], _ comment: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(found.map(\.tokens) == wanted.map(\.tokens), "\(comment)", sourceLocation: location)
    #expect(found.map(\.isComplete) == wanted.map(\.isComplete), "\(comment)", sourceLocation: location)
    for (x, y) in zip(found, wanted) {
      #expect(abs(Double(x.score) - y.score) < 1e-4, "\(comment)", sourceLocation: location)
      #expect(abs(Double(x.logProbability) - y.logProbability) < 1e-4, "\(comment)", sourceLocation: location)
      let sum = x.tokenLogProbabilities.reduce(0, +)
      #expect(abs(sum - x.logProbability) < 1e-4, "\(comment)", sourceLocation: location)
      #expect(x.tokenLogProbabilities.count == x.tokens.count + (x.isComplete ? 1 : 0), sourceLocation: location)
    }
  }

  @Test("a beam wide enough for everything gives all sentences in order, as brute force does", arguments: penalties)
  func bruteForce(penalty: LengthPenalty) throws {
    // Three words, at most four of them: 1 + 3 + 9 + 27 + 81 sentences, and 81 · 4 candidates at the last step.
    var options = SearchOptions.test(beam: 324, best: 121, penalty: penalty)
    options.maxLength = 4
    for seed in 0..<6 {
      let table =
        seed % 2 == 0
        ? SearchTableModel.markov(seed: seed, vocabulary: 6) : SearchTableModel.wholePast(seed: seed, vocabulary: 6)
      let found = try SearchTableModel.beam([3, 3], options, table: table)
      for sentence in 0..<2 {
        let all = ReferenceBeamSearch(options: options) { table(sentence, $0) }.everything(limit: 4)
        #expect(all.count == 121)
        // Markov chains tie: `3 3 4 3` and `3 4 3 3` make the same moves. So: scores by rank, and tokens by score.
        let byTokens = Dictionary(uniqueKeysWithValues: all.map { ($0.tokens, $0) })
        for (hypothesis, ranked) in zip(found[sentence], all) {
          #expect(abs(Double(hypothesis.score) - ranked.score) < 1e-5, "seed \(seed), sentence \(sentence)")
          let same = try #require(byTokens[hypothesis.tokens])
          expectEqual([hypothesis], [same], "seed \(seed), sentence \(sentence)")
        }
        #expect(Set(found[sentence].map(\.tokens)).count == 121)
      }
    }
  }

  @Test("equals a plain search of one sentence on random tables and options")
  func reference() throws {
    var incomplete = 0
    for seed in 0..<300 {
      var random = SearchNumbers(seed: seed, sentence: 99, past: [])
      var options = SearchOptions.test(
        beam: random.integer(1..<8), best: 1, penalty: Self.penalties[random.integer(0..<4)])
      options.nBest = random.integer(1..<options.beamSize + 1)
      options.minLength = random.integer(0..<4)
      options.maxLength = random.integer(1..<12)
      options.maxLengthRatio = seed % 3 == 0 ? nil : 0.01
      let vocabulary = random.integer(4..<14)
      let whole = SearchTableModel.wholePast(seed: seed, vocabulary: vocabulary)
      let sparse: SearchTableModel.Table = { sentence, past in
        // A third of the tables has words that cannot follow; </s> always can.
        whole(sentence, past).enumerated().map { seed % 3 == 1 && $0 != 2 && $1 < 0 ? -.infinity : $1 }
      }
      let lengths = [2, 7, 1, 4]
      let found = try SearchTableModel.beam(lengths, options, table: sparse)
      for (sentence, length) in lengths.enumerated() {
        let plain = ReferenceBeamSearch(options: options) { sparse(sentence, $0) }.run(sourceLength: length)
        expectEqual(found[sentence], plain, "seed \(seed), sentence \(sentence)")
        incomplete += plain.count { !$0.isComplete }
      }
    }
    #expect(incomplete > 50)
  }

  @Test("so it does with rules about repetition and with prefixes")
  func rules() throws {
    var changed = 0
    for seed in 0..<200 {
      var random = SearchNumbers(seed: seed, sentence: 77, past: [])
      var options = SearchOptions.test(beam: random.integer(1..<6), penalty: Self.penalties[seed % 4])
      options.nBest = options.beamSize
      options.maxLength = random.integer(1..<12)
      options.noRepeatNgramSize = random.integer(0..<4)
      options.repetitionPenalty = [1, 0.7, 1.4, 3][random.integer(0..<4)]
      let vocabulary = random.integer(5..<9)
      let table = SearchTableModel.wholePast(seed: seed, vocabulary: vocabulary)
      // Prefixes of unequal length, which may hold what is forbidden and repeat themselves.
      let prefixes = (0..<3).map { _ in
        (0..<random.integer(0..<5)).map { _ in random.integer(0..<vocabulary) }.filter { $0 != 2 }
      }
      let sentences = prefixes.map { SearchSentence(sourceLength: 4, prefix: $0) }
      let found = try SearchTableModel.beam(sentences, options, table: table)
      for (sentence, prefix) in prefixes.enumerated() {
        var reference = ReferenceBeamSearch(options: options) { table(sentence, $0) }
        reference.prefix = prefix
        expectEqual(found[sentence], reference.run(sourceLength: 4), "seed \(seed), sentence \(sentence)")
        #expect(found[sentence].allSatisfy { $0.tokens.starts(with: prefix) })
        let plain = ReferenceBeamSearch(options: .test(beam: options.beamSize)) { table(sentence, $0) }
        changed += plain.run(sourceLength: 4)[0].tokens == found[sentence][0].tokens ? 0 : 1
      }
    }
    #expect(changed > 200)
  }

  @Test("a beam of 1 is greedy search, to the last bit")
  func greedy() throws {
    for seed in 0..<200 {
      var options = SearchOptions.test(beam: 1, penalty: Self.penalties[seed % 4])
      options.minLength = seed % 3
      options.maxLength = 1 + seed % 17
      options.noRepeatNgramSize = seed % 5 == 0 ? 2 : 0
      options.repetitionPenalty = seed % 7 == 0 ? 1.3 : 1
      let vocabulary = 4 + seed % 9
      let table =
        seed % 2 == 0
        ? SearchTableModel.markov(seed: seed, vocabulary: vocabulary)
        : SearchTableModel.wholePast(seed: seed, vocabulary: vocabulary)
      let lengths = [1, 5, 3]
      let beam = try SearchTableModel.beam(lengths, options, givesAttention: true, table: table)
      let greedy = try SearchTableModel.greedy(lengths, options, givesAttention: true, table: table)
      #expect(beam == greedy.map { [$0] }, "seed \(seed)")
    }
  }

  @Test("greedy search takes the argmax")
  func argmax() throws {
    for seed in 0..<50 {
      var options = SearchOptions.test()
      options.maxLength = 12
      let table = SearchTableModel.wholePast(seed: seed, vocabulary: 7)
      let found = try SearchTableModel.greedy([4, 4], options, table: table)
      for sentence in 0..<2 {
        var past = [1]
        while past.count <= 13 {
          let row = table(sentence, past)
          let best = (2..<7).reduce(2) { row[$1] > row[$0] ? $1 : $0 }
          if best == 2 || past.count == 13 {
            #expect(found[sentence].isComplete == (best == 2))
            break
          }
          past.append(best)
        }
        #expect(found[sentence].tokens == Array(past.dropFirst()))
      }
    }
  }

  @Test("a batch gives what its sentences give one by one, to the last bit", arguments: [1, 3, 5])
  func batch(beam: Int) throws {
    for seed in 0..<20 {
      let options = SearchOptions.test(beam: beam, best: beam)
      let lengths = [4, 1, 9, 2, 6, 3]
      let table = SearchTableModel.wholePast(seed: seed, vocabulary: 9)
      let together = try SearchTableModel.beam(lengths, options, givesAttention: true, table: table)
      for (sentence, length) in lengths.enumerated() {
        let alone = try SearchTableModel.beam([length], options, givesAttention: true) { table(sentence, $1) }
        // The attention of the table model belongs to the sentence's number, which is 0 when it is alone.
        #expect(together[sentence].map(\.tokens) == alone[0].map(\.tokens))
        #expect(together[sentence].map(\.score) == alone[0].map(\.score))
        #expect(together[sentence].map(\.tokenLogProbabilities) == alone[0].map(\.tokenLogProbabilities))
      }
    }
  }

  @Test("attention rows are those of the tokens' own pasts, cut to the source")
  func attention() throws {
    var options = SearchOptions.test(beam: 4, best: 4)
    options.maxLength = 8
    let lengths = [4, 1, 9, 2]
    let found = try SearchTableModel.beam(
      lengths, options, givesAttention: true, table: SearchTableModel.wholePast(seed: 3, vocabulary: 8))
    for (sentence, hypotheses) in found.enumerated() {
      #expect(hypotheses.count == 4)
      for hypothesis in hypotheses {
        let pasts = (0..<hypothesis.tokenLogProbabilities.count).map { [1] + hypothesis.tokens.prefix($0) }
        let wanted = pasts.map { SearchTableModel.attention(sentence, $0, sourceLength: lengths[sentence]) }
        #expect(hypothesis.attention == wanted)
      }
    }
    let without = try SearchTableModel.beam(
      lengths, options, table: SearchTableModel.wholePast(seed: 3, vocabulary: 8))
    #expect(without.allSatisfy { $0.allSatisfy { $0.attention == nil } })
  }

  @Test("finished sentences leave the batch, and the state moves only when it must")
  func leaving() throws {
    // Sentence s says its word s times and ends; all else is far off, so a beam of 1 follows it.
    let table: SearchTableModel.Table = { sentence, past in
      (0..<8).map { $0 == (past.count > [3, 1, 5][sentence] ? 2 : 3 + sentence) ? 9 : 0 }
    }
    let model = SearchTableModel(sourceLengths: [5, 5, 5], table: table)
    let found = try beamSearch(
      SearchSentence.of([5, 5, 5]), options: .test(beam: 1), step: model.step, advance: model.advance)
    #expect(found.map { $0[0].tokens } == [[3, 3, 3], [4], [5, 5, 5, 5, 5]])
    #expect(model.calls == [[1, 3], [1, 3], [1, 2], [1, 2], [1, 1], [1, 1]])
    #expect(model.advances == 2)

    let wide = SearchTableModel(sourceLengths: [5, 5, 5], table: table)
    var options = SearchOptions.test(beam: 3)
    options.maxLength = 6
    _ = try beamSearch(
      SearchSentence.of([5, 5, 5]), options: options, step: wide.step, advance: wide.advance)
    #expect(wide.calls.first == [1, 3])
    #expect(wide.calls.dropFirst().allSatisfy { $0[0] == 3 })
    #expect(wide.calls.map { $0[1] } == wide.calls.map { $0[1] }.sorted(by: >))
    #expect(wide.calls.count < 7)
  }

  @Test("equal scores: the earlier hypothesis, then the lower id")
  func ties() throws {
    var options = SearchOptions.test(beam: 3, best: 3, penalty: .none)
    options.maxLength = 2
    options.minLength = 2
    let found = try SearchTableModel.beam([1], options) { _, _ in [Float](repeating: 0, count: 6) }
    #expect(found[0].map(\.tokens) == [[3, 3], [3, 4], [3, 5]])
    // At the limit </s> is as good as any: it ranks first behind `3 3` and after all of that behind `3 4`.
    #expect(found[0].map(\.isComplete) == [true, false, false])
    #expect(abs(found[0][0].logProbability + 3 * 1.791_759_5) < 1e-5)
    #expect(abs(found[0][2].logProbability + 2 * 1.791_759_5) < 1e-5)
  }

  @Test("no sentences, no steps")
  func empty() throws {
    let model = SearchTableModel(sourceLengths: [], table: { _, _ in [] })
    #expect(
      try beamSearch(
        SearchSentence.of([]), options: .test(), step: model.step, advance: model.advance
      ).isEmpty)
    #expect(model.calls.isEmpty)
  }
}
