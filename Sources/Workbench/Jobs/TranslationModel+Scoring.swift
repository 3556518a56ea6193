import Diagnostics
import SequenceModels
import TensorCore
import TextIO

/// How probable a model finds a translation that was given to it.
package struct TranslationScore: Sendable, Equatable {
  /// Its pieces, the end last.
  package let pieces: [String]
  /// The log-probability of each piece given those before it.
  package let logProbabilities: [Float]

  package init(pieces: [String], logProbabilities: [Float]) {
    self.pieces = pieces
    self.logProbabilities = logProbabilities
  }

  /// Their sum: the log-probability of the translation.
  package var sum: Double { logProbabilities.reduce(0) { $0 + Double($1) } }
  /// The mean of a piece's log-probability.
  package var mean: Double { sum / Double(max(1, logProbabilities.count)) }
}

extension TranslationModel {
  /// Scores translations that are given, under teacher forcing and without smoothing or penalties. Safe to call from any
  /// thread.
  ///
  /// - Parameters:
  ///   - targets: The translations.
  ///   - sources: What each is of.
  /// - Throws: `UnrollError` of kind `badData` when a sentence is too long, or the model gives no finite scores.
  package func scores(
    of targets: [String], for sources: [String], batchSize: Int = 64, batchPieces: Int = 8192
  ) throws -> [TranslationScore] {
    precondition(targets.count == sources.count, "there is not one source a translation")
    let (read, written) = (vocabularies.source, vocabularies.target)
    let pairs = zip(sources, targets).map { source, target in
      IDPair(source: read.encode(source) + [read.special.end], target: written.encode(target))
    }
    try checkLengths(pairs)
    var results = [TranslationScore](
      repeating: TranslationScore(pieces: [], logProbabilities: []), count: pairs.count)
    let lengths = pairs.map { max($0.source.count, $0.target.count + 1) }
    let order = pairs.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    for range in cut(order.map { lengths[$0] }, sentences: batchSize, pieces: batchPieces) {
      let indices = order[range]
      let batch = TranslationBatch(indices.map { pairs[$0] }, read.special, written.special)
      let scores = Workers.shared.run {
        network.logProbabilities(source: batch.source, input: batch.input, expected: batch.expected)
      }
      for (index, scores) in zip(indices, scores) {
        guard scores.allSatisfy(\.isFinite) else {
          throw UnrollError(
            .badData, "the model gives no finite scores for \"\(sources[index])\"",
            advice: "the weights are damaged, or training diverged")
        }
        let pieces = (pairs[index].target + [written.special.end]).map(written.piece)
        results[index] = TranslationScore(pieces: pieces, logProbabilities: scores)
      }
    }
    return results
  }

  /// Refuses sentences whose attention and logits would take gigabytes; a reading of lines that are given must not leave any out.
  func checkLengths(_ pairs: [IDPair]) throws {
    let most = 5000
    for (index, pair) in pairs.enumerated() {
      for (side, units) in [("source", pair.source.count), ("translation", pair.target.count)] where units > most {
        throw UnrollError(
          .badData, "the \(side) of sentence \(index + 1) has \(units) units, and at most \(most) can be scored",
          advice: "divide it into sentences")
      }
    }
  }
}
