/// Everything that decides the training of a model that labels frames. A file holds what differs from the defaults.
package struct LabelRecipe: Recipe {
  /// What the model is for: `label`.
  package var task = RecipeTask.label
  /// What the run is called: the default folder is `runs/NAME`. Default: the recipe's file name without its extension.
  package var name: String
  /// What the file itself calls the recipe, whatever `--set name=` says: its data is in `datasets/GIVENNAME`.
  package var givenName: String
  /// What the model learns from.
  package var data = LabelDataSection()
  /// What becomes of frames before the network sees them; nil where they come as features.
  package var frames: FrameSection?
  /// How clips are changed at random in training.
  package var augmentation = AugmentationSection()
  /// The model's shape.
  package var model = LabelModelSection()
  /// What a mistake costs.
  package var loss = LabelLossSection()
  /// How the model learns.
  package var training = TrainingSection()

  /// The defaults, with what has none.
  package init(name: String) {
    self.name = name
    givenName = name
  }
}

extension LabelRecipe {
  package static let blank = LabelRecipe(name: "")
  package static let keys: [SectionKey<LabelRecipe>] = [
    SectionKey("task", \.task, .task(.label), required: true),
    SectionKey("name", \.name, .name("the name of a run")),
    SectionKey("data", \.data, .section, required: true),
    SectionKey("frames", \.frames, .optional(.section)),
    SectionKey("augmentation", \.augmentation, .section),
    SectionKey("model", \.model, .section),
    SectionKey("loss", \.loss, .section),
    SectionKey("training", \.training, .section),
  ]

  package func check(_ field: Field) throws {
    if training.scheduledSampling != nil {
      throw field.nearest("training.scheduled_sampling").error(
        "labels are not written unit by unit", advice: "remove it")
    }
    try checkFrames(field, frames, model.encoder)
    if model.target == .clip || model.multiLabel, loss != LabelLossSection() {
      throw field.nearest("loss").error("is for one label a frame", advice: "remove it")
    }
    if model.target == .clip, augmentation.splice > 0 {
      throw field.nearest("augmentation.splice").error("a clip as a whole has one label", advice: "remove it")
    }
    try checkFrozen(field, model.frozen, augmentation, frames)
    if ![.loss, .accuracy].contains(training.keepBest) {
      throw field.nearest("training.keep_best").error(
        "labels have no \(training.keepBest.rawValue)", advice: "give loss or accuracy")
    }
  }
}
