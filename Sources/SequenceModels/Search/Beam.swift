/// The search of one sentence: its hypotheses, and how they grow.
struct Beam {
  /// A hypothesis that may go on.
  struct Live {
    /// Its place in the history.
    let place: Int
    let logProbability: Float
    /// The row of the last step that it continues, and the token that it continues with.
    let row: Int
    let token: Int
    /// Which of the samples of the sentence it is, where tokens are drawn.
    let sample: Int
    /// Whether its last chance to finish was taken.
    var hasFinished = false
  }

  private struct Finished {
    let place: Int
    let logProbability: Float
    let score: Float
    let sample: Int
    /// False for a sample that nothing may follow.
    let isComplete: Bool
  }

  private struct Candidate {
    /// Which of the live hypotheses it continues, and that one's row in the step.
    let hypothesis: Int
    let row: Int
    let token: Int
    let tokenLogProbability: Float
    let logProbability: Float
    /// The rank among equals; of a sample, which one it is.
    let order: Int
  }

  /// Which of the sentences it is of.
  let index: Int
  /// Which of the sentence's alternatives it is, 0 where there are none.
  private(set) var alternative = 0
  private let sentence: SearchSentence
  private let options: SearchOptions
  private let size: Int
  /// What holds from the end of the prefix on.
  private let lengthLimit: Int
  private(set) var isDone = false
  private(set) var live = [Live(place: SearchHistory.root, logProbability: 0, row: 0, token: 0, sample: 0)]
  private var finished: [Finished] = []
  /// The length of every live hypothesis.
  private var length = 0
  private var wantedAlternatives: Int

  init(_ sentence: SearchSentence, index: Int, options: SearchOptions) {
    self.index = index
    self.sentence = sentence
    self.options = options
    size = max(1, options.beamSize)
    lengthLimit = options.lengthLimit(sourceLength: sentence.sourceLength)
    wantedAlternatives = options.alternatives
  }

  /// Chooses among the candidates of one step, where this is sentence `column` of `sentences`.
  ///
  /// - Returns: the beams that take its place: itself, or one for each alternative.
  func extended(
    _ step: StepCandidates, column: Int, of sentences: Int, history: inout SearchHistory
  ) throws(SearchError) -> [Beam] {
    for k in live.indices {
      guard step.isFinite(row: k * sentences + column) else {
        throw SearchError.notFinite(sentence: index, step: length)
      }
    }
    var beam = self
    if length < sentence.prefix.count {
      beam.force(sentence.prefix[length], step, row: column, &history)
    } else if let sampling = options.sampling {
      beam.draw(sampling, step, column: column, of: sentences, &history)
    } else {
      let ranked = ranked(step, column: column, of: sentences)
      if wantedAlternatives > 0 && length < lengthLimit && !ranked.isEmpty { return branches(ranked, &history) }
      beam.choose(ranked, &history)
    }
    return [beam]
  }

  // MARK: One step

  /// The only hypothesis goes on with a token that it must have.
  private mutating func force(_ token: Int, _ step: StepCandidates, row: Int, _ history: inout SearchHistory) {
    let logProbability = step.logProbability(of: token, row: row)
    guard logProbability.isFinite else {
      isDone = true
      return
    }
    grow(
      [
        Candidate(
          hypothesis: 0, row: row, token: token, tokenLogProbability: logProbability,
          logProbability: live[0].logProbability + logProbability, order: 0)
      ], &history)
    length += 1
  }

  /// The best candidates live on or finish.
  private mutating func choose(_ ranked: [Candidate], _ history: inout SearchHistory) {
    guard !ranked.isEmpty else {
      isDone = true
      return
    }
    let mayGrow = length < lengthLimit
    var grown: [Candidate] = []
    for (rank, candidate) in ranked.enumerated() where grown.count < size {
      let ends = candidate.token == options.end
      guard ends ? rank < size : mayGrow else { continue }
      if ends { finish(candidate, &history) } else { grown.append(candidate) }
    }
    end(step: grown, mayGrow, &history)
    if finished.count >= size { isDone = true }
  }

  /// Each hypothesis draws a token; the first that is free is drawn once for each sample.
  private mutating func draw(
    _ sampling: Sampling, _ step: StepCandidates, column: Int, of sentences: Int, _ history: inout SearchHistory
  ) {
    let isFirst = length == sentence.prefix.count
    let samples = isFirst ? (0..<max(1, options.nBest)).map { (0, $0) } : live.enumerated().map { ($0, $1.sample) }
    let mayGrow = length < lengthLimit
    var grown: [Candidate] = []
    for (k, sample) in samples {
      let row = k * sentences + column
      let number = sampling.number(key: sentence.key, sample: sample, step: length)
      guard let drawn = step.draw(sampling, row: row, after: length, at: number) else {
        cut(live[k], sample, history)
        continue
      }
      let candidate = Candidate(
        hypothesis: k, row: row, token: drawn.token, tokenLogProbability: drawn.logProbability,
        logProbability: live[k].logProbability + drawn.logProbability, order: sample)
      if drawn.token == options.end {
        finish(candidate, &history, sample)
      } else if mayGrow {
        grown.append(candidate)
      } else {
        cut(live[k], sample, history)
      }
    }
    end(step: grown, mayGrow, &history)
    if !mayGrow { live = [] }
  }

  /// Beams for the best tokens that may follow here: of one hypothesis each, which is over where the token is `end`.
  private func branches(_ ranked: [Candidate], _ history: inout SearchHistory) -> [Beam] {
    ranked.prefix(wantedAlternatives).enumerated().map { rank, candidate in
      var beam = self
      beam.alternative = rank
      beam.wantedAlternatives = 0
      if candidate.token == options.end {
        beam.finish(candidate, &history)
        beam.live = []
        beam.isDone = true
      } else {
        beam.grow([candidate], &history)
        beam.length += 1
      }
      return beam
    }
  }

  /// The candidates that may follow, best first.
  private func ranked(_ step: StepCandidates, column: Int, of sentences: Int) -> [Candidate] {
    var all: [Candidate] = []
    all.reserveCapacity(live.count * (size + 4))
    for (k, hypothesis) in live.enumerated() {
      let row = k * sentences + column
      step.forEach(ofRow: row, after: length) { token, tokenLogProbability in
        let logProbability = hypothesis.logProbability + tokenLogProbability
        guard logProbability.isFinite else { return }
        all.append(
          Candidate(
            hypothesis: k, row: row, token: token, tokenLogProbability: tokenLogProbability,
            logProbability: logProbability, order: all.count))
      }
    }
    all.sort { ($1.logProbability, $0.order) < ($0.logProbability, $1.order) }
    return all
  }

  // MARK: Parts of a step

  /// Makes candidates the live hypotheses.
  private mutating func grow(_ candidates: [Candidate], _ history: inout SearchHistory) {
    live = candidates.map { candidate in
      Live(
        place: add(candidate, &history), logProbability: candidate.logProbability, row: candidate.row,
        token: candidate.token, sample: options.sampling == nil ? 0 : candidate.order)
    }
  }

  /// Ends a step: its candidates live on, or at the limit those that have not finished stay.
  private mutating func end(step grown: [Candidate], _ mayGrow: Bool, _ history: inout SearchHistory) {
    if mayGrow {
      grow(grown, &history)
      length += 1
    } else {
      live.removeAll(where: \.hasFinished)
    }
    isDone = live.isEmpty || !mayGrow
  }

  private mutating func finish(_ candidate: Candidate, _ history: inout SearchHistory, _ sample: Int = 0) {
    let place = add(candidate, &history)
    let score = score(candidate.logProbability, place, length: length + 1, history)
    finished.append(
      Finished(
        place: place, logProbability: candidate.logProbability, score: score, sample: sample, isComplete: true))
    if length >= lengthLimit { live[candidate.hypothesis].hasFinished = true }
  }

  /// Ends a sample without `end`.
  private mutating func cut(_ hypothesis: Live, _ sample: Int, _ history: SearchHistory) {
    finished.append(unfinished(hypothesis, sample, history))
  }

  private func unfinished(_ hypothesis: Live, _ sample: Int, _ history: SearchHistory) -> Finished {
    Finished(
      place: hypothesis.place, logProbability: hypothesis.logProbability,
      score: score(hypothesis.logProbability, hypothesis.place, length: length, history), sample: sample,
      isComplete: false)
  }

  private func add(_ candidate: Candidate, _ history: inout SearchHistory) -> Int {
    history.add(
      candidate.token, logProbability: candidate.tokenLogProbability, row: candidate.row,
      parent: live[candidate.hypothesis].place)
  }

  private func score(_ logProbability: Float, _ place: Int, length: Int, _ history: SearchHistory) -> Float {
    let score = options.lengthPenalty.score(logProbability, length: length)
    guard options.coveragePenalty != 0,
      let coverage = history.coverage(endingAt: place, sourceLength: sentence.sourceLength)
    else { return score }
    return score + options.coveragePenalty * SequenceModels.coveragePenalty(coverage)
  }

  // MARK: The answer

  /// The hypotheses that are returned, once `isDone`.
  func hypotheses(_ history: SearchHistory) -> [Hypothesis] {
    let wanted = options.alternatives > 0 ? 1 : max(1, options.nBest)
    if options.sampling != nil && !finished.isEmpty {
      return finished.sorted { $0.sample < $1.sample }.map { hypothesis($0, history) }
    }
    let best = finished.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
    let complete = best.prefix(wanted).map { hypothesis($0.element, history) }
    let cut = live.prefix(wanted - complete.count).map { hypothesis(unfinished($0, 0, history), history) }
    return complete + cut
  }

  private func hypothesis(_ ended: Finished, _ history: SearchHistory) -> Hypothesis {
    history.hypothesis(
      endingAt: ended.place, score: ended.score, logProbability: ended.logProbability, isComplete: ended.isComplete,
      sourceLength: sentence.sourceLength)
  }
}
