import TextIO
import SequenceModels

/// Everything that decides the training of a translation model: data, model, training and search. A file holds what
/// differs from the defaults.
package struct TranslationRecipe: Recipe {
  /// What the model is for: `translate`.
  package var task: RecipeTask
  /// What the run is called: the default folder is `runs/NAME`. Default: the recipe's file name without its extension.
  package var name: String
  /// What the file itself calls the recipe, whatever `--set name=` says: its data is in `datasets/GIVENNAME`.
  package var givenName: String
  /// What the model learns from.
  package var data: DataSection
  /// The model's shape.
  package var model = ModelSection()
  /// How the model learns.
  package var training = TrainingSection()
  /// How translations are looked for.
  package var search = SearchSection()

  /// The defaults, with what has none.
  package init(task: RecipeTask = .translate, name: String, data: DataSection) {
    self.task = task
    self.name = name
    givenName = name
    self.data = data
  }
}

extension TranslationRecipe {
  /// A side's vocabulary has the keys of `data.vocabulary` that it leaves out.
  package static func complete(_ root: inout YAMLNode) { root.inheritVocabulary() }

  package static let blank = TranslationRecipe(name: "", data: .blank)
  package static let keys: [SectionKey<TranslationRecipe>] = [
    SectionKey("task", \.task, .task(.translate), required: true),
    SectionKey("name", \.name, .name("the name of a run")),
    SectionKey("data", \.data, .section, required: true),
    SectionKey("model", \.model, .section),
    SectionKey("training", \.training, .section),
    SectionKey("search", \.search, .section),
  ]

  package func check(_ field: Field) throws {
    if model.tieEmbeddings == .all, !data.vocabulary.joint {
      throw field.nearest("model.tie_embeddings").error(
        "all embeddings can be one only where both sides have one vocabulary",
        advice: "set data.vocabulary.joint to true, or tie_embeddings to target")
    }
    for (name, side) in [("source", data.source), ("target", data.target)]
    where side.freezesEmbeddings && side.embeddings == nil && model.warmStart == nil {
      throw field.nearest("data.\(name).freeze_embeddings").error(
        "an embedding that stays random learns nothing",
        advice: "give \(name).embeddings or model.warm_start, or set freeze_embeddings to false")
    }
    if ![.loss, .bleu].contains(training.keepBest) {
      throw field.nearest("training.keep_best").error(
        "translations have no \(training.keepBest.rawValue)", advice: "give loss or bleu")
    }
    try search.checkAttention(field, model.attention)
    if search.replacesUnknown, data.sourceLevel != .word || data.targetLevel != .word {
      throw field.nearest("search.replace_unknown").error(
        "only whole words can be put in the place of others", advice: "set data.level to word, or remove it")
    }
  }
}
