import TensorCore

/// Batched beam search over target sentences, as a loop of a decoder's step and a choice among its candidates.
///
/// **Rows.** Everything is hypothesis-major: row = k · B + b for hypothesis k of K and sentence b of the B that still
/// run. The first step has one hypothesis a sentence (K = 1); later ones have as many as the widest sentence, at most
/// `beamSize`.
///
/// **Choice.** The candidates of a sentence are its live hypotheses with one token more, ranked by log-probability
/// (ties: the earlier hypothesis, then the more probable token, then the lower id). A candidate that ends in `</s>` is
/// finished if it ranks among the first K and is dropped otherwise; of the others the best K live on.
///
/// **Stop.** A sentence is done when K hypotheses have finished, when nothing can follow, or after the step that comes
/// behind its longest hypotheses (`lengthLimit`), at which they may only finish. The finished ones are returned by
/// penalised score (ties: the one found first). Only where there are fewer than `nBest`, those that live but cannot go
/// on follow behind them as incomplete. Finished sentences leave the batch.
///
/// A beam of 1 gives exactly what `greedySearch` gives; a batch gives exactly what its sentences give one by one, as
/// far as `step` does.
///
/// - Parameters:
///   - sentences: how many there are, B of the first step.
///   - sourceLengths: the number of source positions of each sentence; bounds the length and cuts the attention.
///   - step: runs the decoder one step on `tokens [K·B]`, the last token of each row. Rows of a sentence with fewer than
///     K hypotheses repeat its first; their scores are not read.
///   - advance: brings the decoder's state in line, between two steps and only when something changes. New row i
///     continues from old row `rows[i]`, both in the layout of their own K and B. `sentences` names the old b of each
///     new b when sentences have left, and is nil when all stay.
/// - Returns: for each sentence at least one and at most `nBest` hypotheses, the best first.
/// - Throws: `SearchError.notFinite`, and what `step` and `advance` throw.
package func beamSearch(
  sentences: Int, sourceLengths: [Int], options: SearchOptions,
  step: (_ tokens: [Int32], _ hypotheses: Int) throws -> StepScores,
  advance: (_ rows: [Int32], _ sentences: [Int32]?) throws -> Void
) throws -> [[Hypothesis]] {
  precondition(sourceLengths.count == sentences, "\(sourceLengths.count) source lengths for \(sentences) sentences")
  var results = [[Hypothesis]](repeating: [], count: sentences)
  var history = SearchHistory()
  var running = (0..<sentences).map { Beam(sentence: $0, sourceLength: sourceLengths[$0], options: options) }
  var tokens = [Int32](repeating: Int32(options.begin), count: running.count)
  var hypotheses = 1
  // A row holds </s> once, so its best K + 1 allowed tokens contain all that can matter.
  let width = max(1, options.beamSize) + 1 + options.forbidden.count

  while !running.isEmpty {
    let scores = try step(tokens, hypotheses)
    history.beginStep(attention: scores.attention)
    let candidates = TopCandidates(of: scores.logits, count: width)
    var staying: [Int32] = []
    for b in running.indices {
      try running[b].extend(candidates, column: b, of: running.count, history: &history)
      if running[b].isDone {
        results[running[b].sentence] = running[b].hypotheses(history)
      } else {
        staying.append(Int32(b))
      }
    }
    if staying.isEmpty { break }

    let allStay = staying.count == running.count
    let oldRows = tokens.count
    running = staying.map { running[Int($0)] }
    hypotheses = running.reduce(1) { max($0, $1.live.count) }
    var rows: [Int32] = []
    tokens = []
    for k in 0..<hypotheses {
      for beam in running {
        let live = beam.live[k < beam.live.count ? k : 0]
        rows.append(Int32(live.row))
        tokens.append(Int32(live.token))
      }
    }
    if !allStay || !rows.elementsEqual(0..<Int32(oldRows)) { try advance(rows, allStay ? nil : staying) }
  }
  return results
}

/// The search of one sentence.
private struct Beam {
  /// A hypothesis that may go on.
  struct Live {
    /// Its place in the history.
    let place: Int
    let logProbability: Float
    /// The row of the last step that it continues, and the token that it continues with.
    let row: Int
    let token: Int
    /// Whether its last chance to finish was taken.
    var hasFinished = false
  }

  private struct Finished {
    let place: Int
    let logProbability: Float
    let score: Float
  }

  private struct Candidate {
    /// Which of the live hypotheses it continues, and that one's row in the step.
    let hypothesis: Int
    let row: Int
    let token: Int
    let tokenLogProbability: Float
    let logProbability: Float
    /// The rank among equals.
    let order: Int
  }

  let sentence: Int
  private let sourceLength: Int
  private let options: SearchOptions
  private let size: Int
  private let lengthLimit: Int
  private(set) var isDone = false
  private(set) var live = [Live(place: SearchHistory.root, logProbability: 0, row: 0, token: 0)]
  private var finished: [Finished] = []
  /// The length of every live hypothesis.
  private var length = 0

  init(sentence: Int, sourceLength: Int, options: SearchOptions) {
    self.sentence = sentence
    self.sourceLength = sourceLength
    self.options = options
    size = max(1, options.beamSize)
    lengthLimit = options.lengthLimit(sourceLength: sourceLength)
  }

  /// Chooses among the candidates of one step, where this is sentence `column` of `sentences`.
  mutating func extend(
    _ candidates: TopCandidates, column: Int, of sentences: Int, history: inout SearchHistory
  ) throws(SearchError) {
    let ranked = try self.ranked(candidates, column: column, of: sentences)
    guard !ranked.isEmpty else {
      isDone = true
      return
    }
    let mayGrow = length < lengthLimit
    var grown: [Live] = []
    for (rank, candidate) in ranked.enumerated() where grown.count < size {
      let ends = candidate.token == options.end
      guard ends ? rank < size : mayGrow else { continue }
      let place = history.add(
        candidate.token, logProbability: candidate.tokenLogProbability, row: candidate.row,
        parent: live[candidate.hypothesis].place)
      let logProbability = candidate.logProbability
      if ends {
        let score = options.lengthPenalty.score(logProbability, length: length + 1)
        finished.append(Finished(place: place, logProbability: logProbability, score: score))
        if !mayGrow { live[candidate.hypothesis].hasFinished = true }
      } else {
        grown.append(Live(place: place, logProbability: logProbability, row: candidate.row, token: candidate.token))
      }
    }
    if mayGrow {
      live = grown
      length += 1
    } else {
      live.removeAll(where: \.hasFinished)
    }
    isDone = finished.count >= size || live.isEmpty || !mayGrow
  }

  /// The candidates that may follow, best first.
  private func ranked(
    _ candidates: TopCandidates, column: Int, of sentences: Int
  ) throws(SearchError) -> [Candidate] {
    var all: [Candidate] = []
    for (k, hypothesis) in live.enumerated() {
      let row = k * sentences + column
      guard let places = candidates.places(ofRow: row) else {
        throw SearchError.notFinite(sentence: sentence, step: length)
      }
      for place in places {
        let token = Int(candidates.ids[place])
        let tokenLogProbability = candidates.logProbabilities[place]
        let logProbability = hypothesis.logProbability + tokenLogProbability
        guard logProbability.isFinite, options.allows(token, after: length) else { continue }
        all.append(
          Candidate(
            hypothesis: k, row: row, token: token, tokenLogProbability: tokenLogProbability,
            logProbability: logProbability, order: all.count))
      }
    }
    all.sort { ($1.logProbability, $0.order) < ($0.logProbability, $1.order) }
    return all
  }

  /// The answer, once `isDone`.
  func hypotheses(_ history: SearchHistory) -> [Hypothesis] {
    let wanted = max(1, options.nBest)
    let best = finished.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
    let complete = best.prefix(wanted).map { hypothesis($0.element, isComplete: true, history) }
    let cut = live.prefix(wanted - complete.count).map { live in
      let score = options.lengthPenalty.score(live.logProbability, length: length)
      return hypothesis(
        Finished(place: live.place, logProbability: live.logProbability, score: score), isComplete: false, history)
    }
    return complete + cut
  }

  private func hypothesis(_ ended: Finished, isComplete: Bool, _ history: SearchHistory) -> Hypothesis {
    history.hypothesis(
      endingAt: ended.place, score: ended.score, logProbability: ended.logProbability, isComplete: isComplete,
      sourceLength: sourceLength)
  }
}
