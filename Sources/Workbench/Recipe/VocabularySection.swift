package import TextIO

/// How a vocabulary is built, or the file of one that exists: `data.vocabulary`.
package struct VocabularySection: Sendable, Equatable {
  /// SentencePiece's rules for making equal what looks equal, before cutting.
  package enum NormalizationRule: String, CaseIterable, Sendable {
    /// NFKC with the changes of white space that machine translation wants: SentencePiece's default.
    case nmtNFKC = "nmt_nfkc"
    /// NFKC.
    case nfkc
    /// As `nmt_nfkc`, in lower case.
    case nmtNFKCCaseFolded = "nmt_nfkc_cf"
    /// As `nfkc`, in lower case.
    case nfkcCaseFolded = "nfkc_cf"
    /// The text as it is.
    case identity
  }

  /// How SentencePiece cuts, at level `subword`. Default `unigram`.
  package var type = SentencePieceTraining.ModelType.unigram
  /// Entries, special ones included; word and character vocabularies have fewer when the text has no more. Default 8000.
  package var size = 8000
  /// The share of the text's characters that get an entry, at level `subword`. Default 0.9995, as in SentencePiece.
  package var characterCoverage = 0.9995
  /// SentencePiece's normalisation, at level `subword`. Default `nmt_nfkc`.
  package var normalizationRuleName = NormalizationRule.nmtNFKC
  /// Whether source and target share one vocabulary, built from both. Default false.
  package var joint = false
  /// An existing vocabulary: a SentencePiece `.model`, or a list of entries. All keys above are then without effect.
  /// Default none: it is built from the training text.
  package var file: String?
  /// How often a word or character must occur in the training text to get an entry, at levels `word` and `char`. Default 1.
  package var minimumFrequency = 1

  /// The defaults.
  package init() {}
}

extension VocabularySection: KeyedSection {
  package static let blank = VocabularySection()
  package static let keys: [SectionKey<VocabularySection>] = [
    SectionKey("type", \.type, .choice),
    SectionKey("size", \.size, .integer(.through(5, 1_000_000))),
    SectionKey("character_coverage", \.characterCoverage, .number(.through(0.9, 1))),
    SectionKey("normalization_rule_name", \.normalizationRuleName, .choice),
    SectionKey("joint", \.joint, .flag),
    SectionKey("file", \.file, .optional(.text("a file name"))),
    SectionKey("minimum_frequency", \.minimumFrequency, .integer(.atLeast(1))),
  ]
}
