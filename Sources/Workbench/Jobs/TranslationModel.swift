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
  /// Networks of the same vocabularies that translate together with this one.
  let others: [EncoderDecoder<TokenEncoder>]

  package init(network: EncoderDecoder<TokenEncoder>, vocabularies: VocabularyPair) {
    self.init(network: network, vocabularies: vocabularies, others: [])
  }

  init(
    network: EncoderDecoder<TokenEncoder>, vocabularies: VocabularyPair, others: [EncoderDecoder<TokenEncoder>]
  ) {
    self.network = network
    self.vocabularies = vocabularies
    self.others = others
  }

  /// The same model with decoders whose present weights are rounded to 8 bits: several times as fast, and a little less exact.
  package func in8Bits() -> TranslationModel {
    Workers.shared.run {
      TranslationModel(
        network: network.withDecoderIn8Bits(), vocabularies: vocabularies,
        others: others.map { $0.withDecoderIn8Bits() })
    }
  }

  /// Whether translations know where the model looked.
  package var hasAttention: Bool { network.decoder.attention != nil }

  /// Translates sentences in batches of like length; the best candidates of each, in the order of `sentences`. A
  /// sentence without pieces has one empty candidate.
  ///
  /// A batch has at most `batchSize` sentences and `batchPieces` source pieces, so that long sentences take no more
  /// memory together than one by one; wide searches have smaller batches for the same reason. Candidates say where the model
  /// looked if `keepsAttention` asks for that. Safe to call from any thread.
  ///
  /// - Parameters:
  ///   - prefixes: For each sentence the pieces that its translations begin with; none where it is empty.
  ///   - replacesUnknown: Whether unknown words become words of the source. Both vocabularies must be of words, and there
  ///     must be attention.
  package func translate(
    _ sentences: [String], prefixes: [[Int]] = [], options: SearchOptions, replacesUnknown: Bool = false,
    batchSize: Int = 64, batchPieces: Int = 8192, keepsAttention: Bool = false
  ) throws -> [[TextCandidate]] {
    precondition(prefixes.isEmpty || prefixes.count == sentences.count, "there is not one prefix a sentence")
    let encoded = sentences.map { vocabularies.source.encode($0) }
    var results = [[TextCandidate]](repeating: [.empty], count: sentences.count)
    let order = encoded.indices.filter { !encoded[$0].isEmpty }.sorted {
      (encoded[$0].count, $0) < (encoded[$1].count, $1)
    }
    let batchSize = min(batchSize, max(1, Self.mostHypotheses / options.hypotheses))
    // The longest first: what a batch gives back is then enough for the next one.
    for range in cut(order.map { encoded[$0].count }, sentences: batchSize, pieces: batchPieces).reversed() {
      let batch = order[range]
      let found: [[Hypothesis]]
      do {
        found = try Workers.shared.run {
          try search(
            batch.map { encoded[$0] }, prefixes: prefixes.isEmpty ? [] : batch.map { prefixes[$0] }, options,
            keepsAttention: keepsAttention || replacesUnknown)
        }
      } catch SearchError.notFinite(let sentence, _) {
        throw UnrollError(
          .badData, "the model gives no finite scores for \"\(sentences[batch[batch.startIndex + sentence]])\"",
          advice: "the weights are damaged, or training diverged")
      }
      for (index, hypotheses) in zip(batch, found) {
        let words = replacesUnknown ? WordVocabulary.words(in: sentences[index]) : nil
        results[index] = hypotheses.map { TextCandidate($0, vocabularies.target, replacingUnknownBy: words) }
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
    let translations = try translate(text.sources, options: options, replacesUnknown: search.replacesUnknown)
      .map { $0[0].text }
    let exact = zip(translations, text.targets).count { $0 == $1 }
    return (
      try BLEU().score(translations, references: [text.targets]).score,
      try ChrF().score(translations, references: [text.targets]).score,
      100 * Double(exact) / Double(max(text.count, 1))
    )
  }

  /// Hypotheses that are searched side by side, at most; a sentence goes alone where it has more.
  private static let mostHypotheses = 1 << 12

  private func search(
    _ sentences: [[Int]], prefixes: [[Int]], _ options: SearchOptions, keepsAttention: Bool
  ) throws -> [[Hypothesis]] {
    let special = vocabularies.source.special
    let source = TokenBatch(sentences.map { $0 + [special.end] }, padding: special.pad)
    let found = try searchTogether(
      ([network] + others).map { ($0.decoder, $0.encoder(source, on: nil)) },
      sentences: sentences.enumerated().map { index, ids in
        SearchSentence(
          sourceLength: ids.count, prefix: prefixes.isEmpty ? [] : prefixes[index], key: Self.key(ids))
      }, options: options, keepsAttention: keepsAttention)
    guard network.encoder.reversesSource else { return found }
    return found.map { $0.map(\.lookingForward) }
  }

  /// A number that follows from a sentence, so that what is drawn for it does not depend on its place (FNV-1a).
  private static func key(_ ids: [Int]) -> UInt64 {
    ids.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1 + 1)) &* 0x100_0000_01b3 }
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
