import CSentencePiece
import Diagnostics

/// How to train a SentencePiece model. Names and meanings are SentencePiece's own.
package struct SentencePieceTraining: Sendable {
  /// The kinds of model that Unroll trains; it loads the others too.
  package enum ModelType: String, CaseIterable, Sendable {
    /// Unigram language model (Kudo 2018).
    case unigram
    /// Byte pair encoding (Sennrich et al. 2016).
    case bpe
  }

  /// V, special pieces included.
  package var vocabularySize: Int
  package var modelType: ModelType = .unigram
  /// The share of characters (by occurrence) that get a piece of their own.
  package var characterCoverage = 0.9995
  /// `nmt_nfkc`, `nfkc`, `nmt_nfkc_cf`, `nfkc_cf` or `identity`.
  package var normalizationRuleName = "nmt_nfkc"
  /// Further options of `spm_train`, without dashes, such as `["byte_fallback": "true"]`.
  package var furtherOptions: [String: String] = [:]

  package init(vocabularySize: Int) { self.vocabularySize = vocabularySize }

  /// All options for the trainer. The special pieces are `<unk> <pad> <s> </s>` with ids 0 to 3.
  ///
  /// The thread count is fixed because sums in training follow it: the same lines then give the same model everywhere.
  var options: [String: String] {
    let own = [
      "vocab_size": String(vocabularySize), "model_type": modelType.rawValue,
      "character_coverage": String(characterCoverage), "normalization_rule_name": normalizationRuleName,
      "unk_id": "0", "pad_id": "1", "bos_id": "2", "eos_id": "3", "num_threads": "4", "minloglevel": "3",
    ]
    return own.merging(furtherOptions) { _, further in further }
  }
}

extension SentencePieceVocabulary {
  /// Trains a model on lines. Deterministic: the same lines and settings give the same bytes.
  ///
  /// Throws `badData` when there are no lines, or too few different ones for the size asked for, and `usage` when an
  /// option is not one of SentencePiece's.
  package static func train(
    on lines: some Sequence<String>, _ training: SentencePieceTraining
  ) throws -> SentencePieceVocabulary {
    try check(training)
    // Sorted only so that a fault in several options always names the same one.
    let settings = training.options.sorted { $0.key < $1.key }
    let keys = settings.map { CText($0.key) }
    let values = settings.map { CText($0.value) }
    let options = zip(keys, values).map { unroll_sp_option(key: $0.pointer, value: $1.pointer) }
    let feed = LineFeed(try startingAtText(lines, training))
    var serialized: [UInt8] = []
    let fault = withExtendedLifetime((keys, values, feed)) {
      withUnsafeMutablePointer(to: &serialized) {
        unroll_sp_train(
          options, options.count, nextLine, feed.context,
          { context, bytes, size in
            guard let context else { return }
            let model = UnsafeRawBufferPointer(start: bytes, count: size)
            context.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: model)
          }, $0)
      }
    }
    if let message = takeMessage(fault) {
      // "Vocabulary size too high (8000). Please set it to a value <= 2302."
      if let most = message.firstMatch(of: #/too high.*<= *([0-9]+)/#)?.output.1 {
        throw UnrollError(
          .badData, "the text allows at most \(most) pieces, \(training.vocabularySize) were asked for",
          advice: "set data.vocabulary.size (or --size) to \(most) or less")
      }
      let reason = message.reversed().drop { $0 == "." || $0.isWhitespace }.reversed()
      throw UnrollError(
        .badData, "cannot train a SentencePiece vocabulary of \(training.vocabularySize) pieces: \(String(reason))",
        advice: "change the vocabulary's size or its options, or give more text")
    }
    return try SentencePieceVocabulary(serialized: serialized, name: "trained model")
  }

  /// The lines, once it is sure that the trainer finds text in them: it ends the process when it does not.
  ///
  /// Text is a letter or a digit (no normalisation rule removes those) in a line that the trainer does not pass over,
  /// as it does with lines that are too long or hold the block that it marks unknown characters with.
  private static func startingAtText(
    _ lines: some Sequence<String>, _ training: SentencePieceTraining
  ) throws -> some Sequence<String> {
    let longest = training.options["max_sentence_length"].flatMap { Int($0) } ?? 4192
    var rest = lines.makeIterator()
    var passed: [String] = []
    while let line = rest.next() {
      passed.append(line)
      let isTaken = line.utf8.count <= longest && !line.unicodeScalars.contains("\u{2585}")
      if isTaken,
        line.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil })
      {
        return [AnyIterator(passed.makeIterator()), AnyIterator(rest)].joined()
      }
    }
    throw UnrollError(
      .badData,
      "cannot train a SentencePiece vocabulary: no line of at most \(longest) bytes holds a letter or a digit",
      advice: "give the trainer text, a sentence a line")
  }

  /// Refuses what would end the process inside the trainer, or only fail after a long run.
  private static func check(_ training: SentencePieceTraining) throws {
    func refuse(_ what: String, _ advice: String) -> UnrollError { UnrollError(.usage, what, advice: advice) }
    guard training.vocabularySize > 4 else {
      throw refuse(
        "a SentencePiece vocabulary of \(training.vocabularySize) pieces cannot hold more than the four special pieces",
        "ask for a size in the hundreds or thousands")
    }
    guard training.vocabularySize <= 10_000_000 else {
      throw refuse(
        "a SentencePiece vocabulary of \(training.vocabularySize) pieces is beyond reason",
        "ask for a size in the thousands")
    }
    guard training.modelType != .bpe || training.options["required_chars"] == nil else {
      throw refuse(
        "a bpe vocabulary takes no required_chars, for the trainer ends when one is not in the text",
        "set character_coverage to 1, or add a line with these characters")
    }
    guard (0.98...1).contains(training.characterCoverage) else {
      throw refuse("character_coverage is \(training.characterCoverage)", "choose a value from 0.98 to 1")
    }
    let normalizations = ["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"]
    guard normalizations.contains(training.normalizationRuleName) else {
      throw refuse(
        "there is no normalization_rule_name \"\(training.normalizationRuleName)\"",
        "choose one of \(normalizations.joined(separator: ", "))")
    }
  }
}

/// A copy of a text as C wants it, for as long as this object lives.
private final class CText {
  let pointer: UnsafeMutablePointer<CChar>

  init(_ text: String) {
    let bytes = text.utf8CString
    pointer = .allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { (pointer + index).initialize(to: byte) }
  }

  deinit { pointer.deallocate() }
}
