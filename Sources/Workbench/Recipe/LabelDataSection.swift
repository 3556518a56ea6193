/// What a model that labels frames learns from: `data` of a recipe.
package struct LabelDataSection: Sendable, Equatable {
  /// How the data lie on disk.
  package enum Format: String, CaseIterable, Sendable {
    /// The layout of temporal segmentation: `groundTruth`, `mapping.txt`, `splits`, and `clips` or `features`.
    case mstcn
    /// A table `video,start,end,label`.
    case spans
    /// A table of classifier scores a clip, with `manifest.json`.
    case scores
  }

  /// How the data lie on disk. Default `mstcn`.
  package var format = Format.mstcn
  /// The clips to learn from: a file of the data folder. Default by format.
  package var train: String?
  /// The clips to validate on during training. Default by format.
  package var valid: String?
  /// The clips to measure the finished model on. Default by format, where there is such a file.
  package var test: String?
  /// The data set in a folder of `scores`.
  package var dataset: String?
  /// The fold that is left out for testing, in a folder of `scores`.
  package var fold: Int?
  /// The labels that mean that nothing happens: left out of edit scores and F1. Default none.
  package var background: [String] = []
  /// The list of labels of a published network that is used as it is, a label a line. Default none.
  package var labels: String?
  /// The share of the training clips to validate on where no others are named: whole persons, or whatever else clips share. 0
  /// learns from all and validates on the same. Default 0.1.
  package var holdOut = 0.1
  /// Clips a batch. Default 8.
  package var batchSize = 8
  /// Decoded frames that are kept in memory at most; what does not fit is decoded again in every pass. Default 4096.
  package var cacheMegabytes = 4096

  /// Where features of an encoder that stays as it is are kept for the next run; nil to keep none. Default `runs/features`.
  package var featureCache: String? = "runs/features"

  /// The defaults.
  package init() {}
}

extension LabelDataSection: KeyedSection {
  package static let blank = LabelDataSection()
  package static let keys: [SectionKey<LabelDataSection>] = [
    SectionKey("format", \.format, .choice),
    SectionKey("train", \.train, .optional(.text("a file name"))),
    SectionKey("valid", \.valid, .optional(.text("a file name"))),
    SectionKey("test", \.test, .optional(.text("a file name"))),
    SectionKey("dataset", \.dataset, .optional(.text("the name of a data set"))),
    SectionKey("fold", \.fold, .optional(.integer(.atLeast(1)))),
    SectionKey("background", \.background, .list(of: .text("a label"))),
    SectionKey("labels", \.labels, .optional(.text("a file name"))),
    SectionKey("hold_out", \.holdOut, .number(.upTo(0, 1))),
    SectionKey("batch_size", \.batchSize, .integer(.through(1, 10_000))),
    SectionKey("cache_megabytes", \.cacheMegabytes, .integer(.through(0, 10_000_000))),
    SectionKey("feature_cache", \.featureCache, .optional(.text("a folder"))),
  ]

  package func check(_ field: Field) throws {
    for (key, isGiven) in [("dataset", dataset != nil), ("fold", fold != nil)] {
      if format == .scores, !isGiven {
        throw field.nearest("format").error("scores need \(key)", advice: "add data.\(key)")
      }
      if format != .scores, isGiven {
        throw field.nearest(key).error("is for format scores only", advice: "remove it or set format to scores")
      }
    }
  }
}
