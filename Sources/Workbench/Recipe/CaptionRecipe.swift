/// Everything that decides the training of a model that writes captions. A file holds what differs from the defaults.
package struct CaptionRecipe: Recipe {
  /// What the model is for: `caption`.
  package var task = RecipeTask.caption
  /// What the run is called: the default folder is `runs/NAME`. Default: the recipe's file name without its extension.
  package var name: String
  /// What the file itself calls the recipe, whatever `--set name=` says: its data is in `datasets/GIVENNAME`.
  package var givenName: String
  /// What the model learns from.
  package var data = CaptionDataSection()
  /// What becomes of frames before the network sees them; nil where they come as features.
  package var frames: FrameSection?
  /// How clips are changed at random in training.
  package var augmentation = AugmentationSection()
  /// The model's shape.
  package var model = CaptionModelSection()
  /// How the model learns.
  package var training = TrainingSection()
  /// How captions are looked for.
  package var search = SearchSection()

  /// The defaults, with what has none.
  package init(name: String) {
    self.name = name
    givenName = name
  }
}

extension CaptionRecipe {
  package static let blank = CaptionRecipe(name: "")
  package static let keys: [SectionKey<CaptionRecipe>] = [
    SectionKey("task", \.task, .task(.caption), required: true),
    SectionKey("name", \.name, .name("the name of a run")),
    SectionKey("data", \.data, .section),
    SectionKey("frames", \.frames, .optional(.section)),
    SectionKey("augmentation", \.augmentation, .section),
    SectionKey("model", \.model, .section),
    SectionKey("training", \.training, .section),
    SectionKey("search", \.search, .section),
  ]

  package func check(_ field: Field) throws {
    try checkFrames(field, frames, model.encoder)
    for (key, value) in [("splice", augmentation.splice), ("mixup", augmentation.mixup)] where value > 0 {
      throw field.nearest("augmentation.\(key)").error("a caption is of a whole clip", advice: "remove it")
    }
    try checkFrozen(field, model.frozen, augmentation, frames)
    if training.keepBest == .accuracy {
      throw field.nearest("training.keep_best").error(
        "captions have no accuracy", advice: "give loss, bleu, cider or wer")
    }
    try search.checkAttention(field, model.attention)
    if search.replacesUnknown {
      throw field.nearest("search.replace_unknown").error(
        "a clip has no words to put in their place", advice: "remove it")
    }
  }
}

extension Recipe {
  /// Checks that nothing changes the pictures of an encoder whose features are computed once.
  func checkFrozen(
    _ field: Field, _ isFrozen: Bool, _ augmentation: AugmentationSection, _ frames: FrameSection?
  ) throws {
    if isFrozen, augmentation.changesPictures || frames?.window != nil {
      throw field.nearest("model.frozen").error(
        "features are computed once, so pictures cannot change at random",
        advice:
          "remove frames.window, and mirror, brightness and time_masks of augmentation, or set model.frozen to false")
    }
  }

  /// Checks that frames are described where pictures are seen, and only there.
  func checkFrames(_ field: Field, _ frames: FrameSection?, _ encoder: LabelModelSection.Encoder) throws {
    if encoder == .features, frames != nil {
      throw field.nearest("frames").error(
        "model.encoder is features: there are no pictures", advice: "remove frames or choose another encoder")
    }
    if encoder != .features, frames == nil {
      throw field.nearest("frames").error(
        "model.encoder is \(encoder.rawValue), which needs to know how frames are shown to it",
        advice: "add frames, or set model.encoder to features")
    }
  }
}
