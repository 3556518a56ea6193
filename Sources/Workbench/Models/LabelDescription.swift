/// What the folder of a model that labels frames holds and how to use it.
package struct LabelDescription: ModelDescription {
  /// The format of the description.
  package private(set) var format = currentModelFormat
  /// What the model is for: `label`.
  package var task = RecipeTask.label
  /// What becomes of frames before the network sees them; nil where they come as features.
  package var frames: FrameSection?
  /// The model's shape.
  package var model: LabelModelSection
  /// The width of a frame's features, where they come as such.
  package var featureSize: Int?
  /// The labels.
  package var labels: LabelListSection
  /// Where the model comes from.
  package var provenance: ModelProvenance
  /// The files of the folder that the model needs: the weights and the labels.
  package var files: [FileRecord] = []

  /// A description that lists no files yet; `ModelFolder.write` does.
  package init(
    frames: FrameSection?, model: LabelModelSection, featureSize: Int?, labels: LabelListSection,
    provenance: ModelProvenance
  ) {
    self.frames = frames
    self.model = model
    self.featureSize = featureSize
    self.labels = labels
    self.provenance = provenance
  }

  /// The list of labels.
  package var companions: [(key: String, file: String)] { [("labels.file", labels.file)] }
}

extension LabelDescription {
  package static let blank = LabelDescription(
    frames: nil, model: .blank, featureSize: nil, labels: .blank, provenance: .blank)

  package static let keys: [SectionKey<LabelDescription>] = [
    SectionKey("format", \.format, .integer(.atLeast(1)), required: true),
    SectionKey("task", \.task, .task(.label), required: true),
    SectionKey("frames", \.frames, .optional(.section)),
    SectionKey("model", \.model, .section, required: true),
    SectionKey("feature_size", \.featureSize, .optional(.integer(.through(1, 1_000_000)))),
    SectionKey("labels", \.labels, .section, required: true),
    SectionKey("provenance", \.provenance, .section, required: true),
    SectionKey("files", \.files, .list(of: .inModelFolder), required: true),
  ]

  package func check(_ field: Field) throws {
    try checkFiles(field)
    if model.encoder == .features, featureSize == nil {
      throw field.nearest("feature_size").error("the width of the features is missing")
    }
    if model.encoder == .features, frames != nil {
      throw field.nearest("frames").error("model.encoder is features: there are no pictures", advice: "remove frames")
    }
    if model.encoder != .features, frames == nil {
      throw field.nearest("frames").error("how frames are shown to the network is missing")
    }
  }
}

/// The labels of a model: `labels` of its description.
package struct LabelListSection: Sendable, Equatable {
  /// The file in the model folder that lists them, `id label` a line.
  package var file: String
  /// How many there are.
  package var count: Int
  /// Those that mean that nothing happens.
  package var background: [String]

  /// Describes a list of labels.
  package init(file: String, count: Int, background: [String]) {
    self.file = file
    self.count = count
    self.background = background
  }
}

extension LabelListSection: KeyedSection {
  package static let blank = LabelListSection(file: "", count: 0, background: [])
  package static let keys: [SectionKey<LabelListSection>] = [
    SectionKey("file", \.file, .modelFile, required: true),
    SectionKey("count", \.count, .integer(.through(1, 1_000_000)), required: true),
    SectionKey("background", \.background, .list(of: .text("a label")), required: true),
  ]
}
