/// What the folder of a model that writes captions holds and how to use it.
package struct CaptionDescription: ModelDescription {
  /// The format of the description.
  package private(set) var format = currentModelFormat
  /// What the model is for: `caption`.
  package var task = RecipeTask.caption
  /// What becomes of frames before the network sees them; nil where they come as features.
  package var frames: FrameSection?
  /// The model's shape.
  package var model: CaptionModelSection
  /// The width of a frame's features, where they come as such.
  package var featureSize: Int?
  /// The captions' side.
  package var target: ModelLanguage
  /// How captions are looked for when the user does not say.
  package var search = SearchSection()
  /// Where the model comes from.
  package var provenance: ModelProvenance
  /// The files of the folder that the model needs: the weights and the vocabulary.
  package var files: [FileRecord] = []

  /// A description that lists no files yet; `ModelFolder.write` does.
  package init(
    frames: FrameSection?, model: CaptionModelSection, featureSize: Int?, target: ModelLanguage,
    provenance: ModelProvenance
  ) {
    self.frames = frames
    self.model = model
    self.featureSize = featureSize
    self.target = target
    self.provenance = provenance
  }

  /// The vocabulary.
  package var companions: [(key: String, file: String)] { [("target.vocabulary", target.vocabulary)] }
}

extension CaptionDescription {
  package static let blank = CaptionDescription(
    frames: nil, model: .blank, featureSize: nil, target: .blank, provenance: .blank)

  package static let keys: [SectionKey<CaptionDescription>] = [
    SectionKey("format", \.format, .integer(.atLeast(1)), required: true),
    SectionKey("task", \.task, .task(.caption), required: true),
    SectionKey("frames", \.frames, .optional(.section)),
    SectionKey("model", \.model, .section, required: true),
    SectionKey("feature_size", \.featureSize, .optional(.integer(.through(1, 1_000_000)))),
    SectionKey("target", \.target, .section, required: true),
    SectionKey("search", \.search, .section, required: true),
    SectionKey("provenance", \.provenance, .section, required: true),
    SectionKey("files", \.files, .list(of: .inModelFolder), required: true),
  ]

  package func check(_ field: Field) throws {
    try checkFiles(field)
    try checkFrames(field, frames, model.encoder, featureSize: featureSize)
  }
}
