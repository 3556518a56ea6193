import TensorCore

/// Takes the most probable token at every step (ties: the lower id) until that is `</s>` or the hypothesis has its
/// `lengthLimit` and more would follow.
///
/// The closures are those of `beamSearch` with one hypothesis a sentence, so row = b. A sentence after which nothing
/// can follow ends as incomplete. What `beamSize`, `nBest`, `sampling`, `alternatives` and `coveragePenalty` say is not read.
/// - Returns: one hypothesis a sentence.
/// - Throws: `SearchError.notFinite`, and what `step` and `advance` throw.
package func greedySearch(
  sentences: Int, sourceLengths: [Int], options: SearchOptions,
  step: (_ tokens: [Int32], _ hypotheses: Int) throws -> StepScores,
  advance: (_ rows: [Int32], _ sentences: [Int32]?) throws -> Void
) throws -> [Hypothesis] {
  precondition(sourceLengths.count == sentences, "\(sourceLengths.count) source lengths for \(sentences) sentences")
  var results = [Hypothesis?](repeating: nil, count: sentences)
  var history = SearchHistory()
  var running = (0..<sentences).map { (sentence: $0, place: SearchHistory.root, logProbability: Float(0)) }
  var tokens = [Int32](repeating: Int32(options.begin), count: sentences)
  var length = 0

  while !running.isEmpty {
    let scores = try step(tokens, 1)
    history.beginStep(attention: scores.attention)
    let candidates = StepCandidates(scores.logits, width: 2, options: options) {
      running.enumerated().map { (row: $0, tokens: history.tokens(endingAt: $1.place)) }
    }
    tokens = []
    var staying: [Int32] = []
    for b in running.indices {
      let (sentence, place, logProbability) = running[b]
      guard candidates.isFinite(row: b) else { throw SearchError.notFinite(sentence: sentence, step: length) }
      let best = candidates.best(ofRow: b, after: length).first { (logProbability + $0.logProbability).isFinite }
      let ends = best?.token == options.end
      if let (token, tokenLogProbability) = best,
        ends || length < options.lengthLimit(sourceLength: sourceLengths[sentence])
      {
        running[b].place = history.add(token, logProbability: tokenLogProbability, row: b, parent: place)
        running[b].logProbability += tokenLogProbability
        if !ends {
          tokens.append(Int32(token))
          staying.append(Int32(b))
          continue
        }
      }
      let sum = running[b].logProbability
      results[sentence] = history.hypothesis(
        endingAt: running[b].place, score: options.lengthPenalty.score(sum, length: ends ? length + 1 : length),
        logProbability: sum, isComplete: ends, sourceLength: sourceLengths[sentence])
    }
    length += 1
    if staying.count < running.count && !staying.isEmpty { try advance(staying, staying) }
    running = staying.map { running[Int($0)] }
  }
  return results.compactMap { $0 }
}
