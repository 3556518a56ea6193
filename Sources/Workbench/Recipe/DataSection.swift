package import TextIO

/// What a model learns from: `data` of a recipe.
package struct DataSection: Sendable, Equatable {
  /// The units that a sentence is cut into.
  package typealias Level = SegmentationLevel

  /// What a column of a tab-separated file holds. Further columns are ignored.
  package enum Column: String, CaseIterable, Sendable {
    /// The sentence to translate.
    case source
    /// Its translation.
    case target
    /// Something else.
    case ignored = "_"
  }

  /// What `batchSize` counts.
  package enum BatchType: String, CaseIterable, Sendable {
    /// Sentence pairs.
    case sentence
    /// Target units, `</s>` included and padding not.
    case token
  }

  /// The pairs to learn from.
  package var train: ParallelFiles
  /// The pairs to validate on during training.
  package var valid: ParallelFiles
  /// The pairs to measure the finished model on. Default none.
  package var test: ParallelFiles?
  /// What the columns of a tab-separated file hold, from the left. Default `[source, target]`.
  package var columns: [Column] = [.source, .target]
  /// The side that is read.
  package var source: LanguageSection
  /// The side that is written.
  package var target: LanguageSection
  /// The units of both sides, where `source.level` or `target.level` does not differ. Default `subword`.
  package var level = Level.subword
  /// The vocabulary of both sides, where `source.vocabulary` or `target.vocabulary` does not differ.
  package var vocabulary = VocabularySection()
  /// How training sentences are cut at random, anew in every pass, on the sides of level `subword` (subword regularisation; Kudo
  /// 2018). Default none: as the vocabulary cuts them best.
  package var sampling: SamplingSection?
  /// Training pairs with more units than this on either side (`</s>` not counted) are left out. Default 100.
  package var maximumLength = 100
  /// The size of a batch in sentence pairs or target units, as `batchType` says. Default 64.
  package var batchSize = 64
  /// What `batchSize` counts. Default `sentence`.
  package var batchType = BatchType.sentence
  /// How many shuffled pairs are sorted by length at a time, to put pairs of like length into a batch. Default 4096.
  package var bucketSize = 4096
  /// Whether a bad line of the data is counted and skipped instead of ending the training. Default false.
  package var skipsBadLines = false

  /// The defaults, with what has none.
  package init(train: ParallelFiles, valid: ParallelFiles, source: LanguageSection, target: LanguageSection) {
    self.train = train
    self.valid = valid
    self.source = source
    self.target = target
  }

  /// The units of the source side.
  package var sourceLevel: Level { source.level ?? level }
  /// The units of the target side.
  package var targetLevel: Level { target.level ?? level }
  /// How the source side's vocabulary is made.
  package var sourceVocabulary: VocabularySection { source.vocabulary ?? vocabulary }
  /// How the target side's vocabulary is made.
  package var targetVocabulary: VocabularySection { target.vocabulary ?? vocabulary }
}

extension DataSection: KeyedSection {
  package static let blank = DataSection(
    train: .tabSeparated(""), valid: .tabSeparated(""), source: .blank, target: .blank)

  package static let keys: [SectionKey<DataSection>] = [
    SectionKey("train", \.train, ParallelFiles.codec, required: true),
    SectionKey("valid", \.valid, ParallelFiles.codec, required: true),
    SectionKey("test", \.test, .optional(ParallelFiles.codec)),
    SectionKey("columns", \.columns, .list(of: .choice)),
    SectionKey("source", \.source, .section, required: true),
    SectionKey("target", \.target, .section, required: true),
    SectionKey("level", \.level, .choice),
    SectionKey("vocabulary", \.vocabulary, .section),
    SectionKey("sampling", \.sampling, .optional(.section)),
    SectionKey("max_length", \.maximumLength, .integer(.through(1, 100_000))),
    SectionKey("batch_size", \.batchSize, .integer(.through(1, 1_000_000))),
    SectionKey("batch_type", \.batchType, .choice),
    SectionKey("bucket_size", \.bucketSize, .integer(.through(1, 10_000_000))),
    SectionKey("skip_bad_lines", \.skipsBadLines, .flag),
  ]

  package func check(_ field: Field) throws {
    for column in [Column.source, .target] where columns.count(where: { $0 == column }) != 1 {
      throw field.nearest("columns").error(
        "must name \(column.rawValue) exactly once",
        advice: "write [source, target], or [target, source] for the other direction")
    }
    if source.language == target.language {
      throw field.nearest("target.language").error(
        "source and target are both \(target.language)", advice: "give the two sides different codes")
    }
    for (name, side) in [("source", source), ("target", target)] {
      if vocabulary.joint, side.vocabulary != nil {
        throw field.nearest("\(name).vocabulary").error(
          "given although data.vocabulary.joint is true", advice: "set joint to false or remove \(name).vocabulary")
      }
      if side.vocabulary?.joint == true {
        throw field.nearest("\(name).vocabulary.joint").error(
          "one side cannot share its vocabulary", advice: "set data.vocabulary.joint instead")
      }
    }
    if vocabulary.joint, sourceLevel != targetLevel {
      throw field.nearest("vocabulary.joint").error(
        "source is cut into \(sourceLevel.rawValue) and target into \(targetLevel.rawValue)",
        advice: "set joint to false or give both the same level")
    }
    if sampling != nil, sourceLevel != .subword, targetLevel != .subword {
      throw field.nearest("sampling").error(
        "neither side is cut into subwords", advice: "set level to subword or remove sampling")
    }
    if !vocabulary.joint, vocabulary.file != nil {
      throw field.nearest("vocabulary.file").error(
        "one file for both sides although joint is false",
        advice: "set joint to true, or give source.vocabulary.file and target.vocabulary.file")
    }
  }
}
