import Diagnostics
package import SequenceModels
package import TextIO
import TensorCore

/// A network with its vocabularies: text in, text out.
///
/// A class only because its parameters are shared references; used through `Workers.run`.
package struct TranslationModel: @unchecked Sendable {
  package let network: EncoderDecoder<TokenEncoder>
  package let vocabularies: VocabularyPair

  package init(network: EncoderDecoder<TokenEncoder>, vocabularies: VocabularyPair) {
    self.network = network
    self.vocabularies = vocabularies
  }

  /// Translates sentences in batches of like length; the best candidates of each, in the order of `sentences`. A
  /// sentence without pieces has one empty candidate.
  ///
  /// A batch has at most `batchSize` sentences and `batchPieces` source pieces, so that long sentences take no more
  /// memory together than one by one. Candidates say where the model looked if `keepsAttention` asks for that.
  /// Safe to call from any thread.
  package func translate(
    _ sentences: [String], options: SearchOptions, batchSize: Int = 64, batchPieces: Int = 8192,
    keepsAttention: Bool = false
  ) throws -> [[TextCandidate]] {
    let encoded = sentences.map { vocabularies.source.encode($0) }
    var results = [[TextCandidate]](repeating: [.empty], count: sentences.count)
    let order = encoded.indices.filter { !encoded[$0].isEmpty }.sorted {
      (encoded[$0].count, $0) < (encoded[$1].count, $1)
    }
    for range in cut(order.map { encoded[$0].count }, sentences: batchSize, pieces: batchPieces) {
      let batch = order[range]
      let found: [[Hypothesis]]
      do {
        found = try Workers.shared.run { try search(batch.map { encoded[$0] }, options, keepsAttention) }
      } catch SearchError.notFinite(let sentence, _) {
        throw UnrollError(
          .badData, "the model gives no finite scores for \"\(sentences[batch[batch.startIndex + sentence]])\"",
          advice: "the weights are damaged, or training diverged")
      }
      for (index, hypotheses) in zip(batch, found) {
        results[index] = hypotheses.map { TextCandidate($0, vocabularies.target) }
      }
    }
    return results
  }

  /// How the translations of a text's sources compare with its targets: BLEU and chrF as sacreBLEU gives them, and the
  /// share of sentences that are right to the letter, all in percent. BLEU is 0 where all sentences are shorter than four
  /// words; chrF is not.
  package func scores(on text: ParallelText, _ search: SearchSection) throws -> (
    bleu: Double, chrf: Double, exact: Double
  ) {
    var options = SearchOptions(search, target: vocabularies.target.special)
    options.nBest = 1
    let translations = try translate(text.sources, options: options).map { $0[0].text }
    let exact = zip(translations, text.targets).count { $0 == $1 }
    return (
      try BLEU().score(translations, references: [text.targets]).score,
      try ChrF().score(translations, references: [text.targets]).score,
      100 * Double(exact) / Double(max(text.count, 1))
    )
  }

  private func search(_ sentences: [[Int]], _ options: SearchOptions, _ keepsAttention: Bool) throws -> [[Hypothesis]] {
    let special = vocabularies.source.special
    let source = TokenBatch(sentences.map { $0 + [special.end] }, padding: special.pad)
    return try network.decoder.search(
      network.encoder(source, on: nil), options: options, keepsAttention: keepsAttention)
  }
}

/// Cuts rising lengths into batches of at most so many sentences and, padding included, so many pieces. A longer sentence
/// goes alone.
package func cut(_ lengths: [Int], sentences: Int, pieces: Int) -> [Range<Int>] {
  var batches: [Range<Int>] = []
  var start = 0
  for (index, length) in lengths.enumerated() {
    let count = index - start + 1
    if count > 1, count > sentences || count * length > pieces {
      batches.append(start..<index)
      start = index
    }
  }
  if start < lengths.count { batches.append(start..<lengths.count) }
  return batches
}
