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
/// **Prefix.** While a sentence has a prefix left, its next token is the only candidate, whatever the options say of it.
///
/// **Alternatives.** Where `alternatives` are wanted, the best tokens behind the prefix become a sentence of the batch each,
/// which shares its past with the others; each is searched with a beam of its own and gives its best hypothesis.
///
/// **Sampling.** Where tokens are drawn, the `nBest` samples of a sentence are its hypotheses; each draws one token a step and
/// none displaces another.
///
/// - Parameters:
///   - sentences: what there is to be known of each; their number is B of the first step.
///   - step: runs the decoder one step on `tokens [K·B]`, the last token of each row. Rows of a sentence with fewer than
///     K hypotheses repeat its first; their scores are not read.
///   - advance: brings the decoder's state in line, between two steps and only when something changes. New row i
///     continues from old row `rows[i]`, both in the layout of their own K and B. `sentences` names the old b of each
///     new b when sentences have left or became several, and is nil when all stay as they are.
/// - Returns: for each sentence at least one and at most `nBest` hypotheses, the best first; samples in the order of their numbers, alternatives in
///   that of the probabilities of the tokens that tell them apart.
/// - Throws: `SearchError.notFinite`, and what `step` and `advance` throw.
package func beamSearch(
  _ sentences: [SearchSentence], options: SearchOptions,
  step: (_ tokens: [Int32], _ hypotheses: Int) throws -> StepScores,
  advance: (_ rows: [Int32], _ sentences: [Int32]?) throws -> Void
) throws -> [[Hypothesis]] {
  var results = [[(alternative: Int, hypotheses: [Hypothesis])]](repeating: [], count: sentences.count)
  var history = SearchHistory()
  var running = sentences.enumerated().map { Beam($1, index: $0, options: options) }
  var tokens = [Int32](repeating: Int32(options.begin), count: running.count)
  var hypotheses = 1

  while !running.isEmpty {
    let scores = try step(tokens, hypotheses)
    history.beginStep(attention: scores.attention)
    let candidates = StepCandidates(scores.logits, width: options.candidates, options: options) {
      running.enumerated().flatMap { b, beam in
        beam.live.enumerated().map { k, live in
          (row: k * running.count + b, tokens: history.tokens(endingAt: live.place))
        }
      }
    }
    var staying: [Int32] = []
    var next: [Beam] = []
    for b in running.indices {
      for beam in try running[b].extended(candidates, column: b, of: running.count, history: &history) {
        if beam.isDone {
          results[beam.index].append((beam.alternative, beam.hypotheses(history)))
        } else {
          staying.append(Int32(b))
          next.append(beam)
        }
      }
    }
    if staying.isEmpty { break }

    let allStay = staying.elementsEqual(0..<Int32(running.count))
    let oldRows = tokens.count
    running = next
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
  return results.map { $0.sorted { $0.alternative < $1.alternative }.flatMap(\.hypotheses) }
}

extension SearchOptions {
  /// How many tokens that may follow a search must see of each row.
  fileprivate var candidates: Int {
    // A row holds </s> once, so its best K + 1 allowed tokens contain all that can matter.
    if let sampling { return max(1, sampling.topK + 1) }
    return max(1, beamSize, alternatives) + 1
  }
}
