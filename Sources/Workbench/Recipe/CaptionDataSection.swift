package import TextIO

/// What a model that writes captions learns from: `data` of a recipe.
package struct CaptionDataSection: Sendable, Equatable {
  /// The file with the captions of all clips. Default `sentences.tsv`.
  package var captions = "sentences.tsv"
  /// The form of that file; nil to find out. Default none.
  package var format: CaptionFormat?
  /// The folder of the clips or pictures, or of their features, beside the captions. Default `clips`.
  package var clips = "clips"
  /// The list of the clips to learn from. Default `splits/train.bundle`, or what the captions' own file says.
  package var train: String?
  /// The list of the clips to validate on during training. Default `splits/valid.bundle`, or what the captions' own file says.
  package var valid: String?
  /// The list of the clips to measure the finished model on. Default `splits/test.bundle`, or what the captions' own file says.
  package var test: String?
  /// The share of the clips to validate on where nothing says which. Default 0.1.
  package var holdOut = 0.1
  /// The share of the clips to measure the finished model on where nothing says which. Default 0.
  package var holdOutTest = 0.0
  /// The code of the captions' language. Default `en`.
  package var language = "en"
  /// The units that a sentence is cut into. Default `word`.
  package var level = SegmentationLevel.word
  /// How the vocabulary is made.
  package var vocabulary = VocabularySection()
  /// Training captions with more units than this (`</s>` not counted) are left out. Default 100.
  package var maximumLength = 100
  /// Captions a batch, each with its clip. Default 16.
  package var batchSize = 16
  /// Decoded frames that are kept in memory at most; what does not fit is decoded again in every pass. Default 4096.
  package var cacheMegabytes = 4096
  /// Where features of an encoder that stays as it is are kept for the next run; nil to keep none. Default `runs/features`.
  package var featureCache: String? = "runs/features"

  /// The defaults.
  package init() {}
}

extension CaptionDataSection: KeyedSection {
  package static let blank = CaptionDataSection()
  package static let keys: [SectionKey<CaptionDataSection>] = [
    SectionKey("captions", \.captions, .text("a file name")),
    SectionKey("format", \.format, .optional(.choice)),
    SectionKey("clips", \.clips, .text("a folder")),
    SectionKey("train", \.train, .optional(.text("a file name"))),
    SectionKey("valid", \.valid, .optional(.text("a file name"))),
    SectionKey("test", \.test, .optional(.text("a file name"))),
    SectionKey("hold_out", \.holdOut, .number(.upTo(0, 1))),
    SectionKey("hold_out_test", \.holdOutTest, .number(.upTo(0, 1))),
    SectionKey("language", \.language, .name("a language code")),
    SectionKey("level", \.level, .choice),
    SectionKey("vocabulary", \.vocabulary, .section),
    SectionKey("max_length", \.maximumLength, .integer(.through(1, 100_000))),
    SectionKey("batch_size", \.batchSize, .integer(.through(1, 10_000))),
    SectionKey("cache_megabytes", \.cacheMegabytes, .integer(.through(0, 10_000_000))),
    SectionKey("feature_cache", \.featureCache, .optional(.text("a folder"))),
  ]

  package func check(_ field: Field) throws {
    if vocabulary.joint {
      throw field.nearest("vocabulary.joint").error("captions have one side only", advice: "remove it")
    }
    if train == nil, valid != nil || test != nil {
      throw field.nearest(valid == nil ? "test" : "valid").error(
        "the clips to learn from are not named", advice: "give train too")
    }
  }
}
