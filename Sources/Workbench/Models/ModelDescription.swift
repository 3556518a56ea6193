import Diagnostics
package import Foundation
import TextIO

/// What a model folder holds and how to use it: `model.yaml`. Nothing outside the folder is needed to use the model.
///
/// `model` and `search` are read as in recipes, with the same defaults. A default in `ModelSection` must therefore never change,
/// and a new key there must default to what models had before it; any other change needs a new `currentFormat`.
package struct ModelDescription: Sendable, Equatable {
  /// The format that this version writes; it reads this one and all before it.
  package static let currentFormat = 1

  /// The format of the description.
  package private(set) var format = currentFormat
  /// What the model is for.
  package var task: Recipe.Task
  /// The model's shape.
  package var model: ModelSection
  /// The side that is read.
  package var source: ModelLanguage
  /// The side that is written.
  package var target: ModelLanguage
  /// How translations are looked for when the user does not say.
  package var search = SearchSection()
  /// Where the model comes from.
  package var provenance: ModelProvenance
  /// The files of the folder that the model needs: the weights and the vocabularies. The card may change and is not listed.
  package var files: [FileRecord] = []

  /// A description that lists no files yet; `ModelFolder.write` does.
  package init(
    task: Recipe.Task, model: ModelSection, source: ModelLanguage, target: ModelLanguage, provenance: ModelProvenance
  ) {
    self.task = task
    self.model = model
    self.source = source
    self.target = target
    self.provenance = provenance
  }

  /// Reads a `model.yaml`.
  ///
  /// - Throws: `UnrollError` of kind `badData` with the line of the first mistake, or when a newer version made the model;
  ///   of kind `noInput` when the file cannot be read.
  package static func read(from url: URL) throws -> ModelDescription {
    try read(YAMLNode.read(file: url))
  }

  /// As above, from text; `path` stands for the file in errors.
  package static func read(yaml: String, path: String) throws -> ModelDescription {
    try read(YAMLNode.parse(yaml, path: path))
  }

  private static func read(_ root: YAMLNode) throws -> ModelDescription {
    let root = Field(root: root)
    // Before anything else: what a newer format holds would look like mistakes.
    if root.has("format") {
      let field = root.nearest("format")
      let format = try Codec<Int>.integer(.atLeast(1)).read(field)
      guard format <= currentFormat else {
        throw field.place.error("made by a newer unroll (format \(format))", advice: "update unroll")
      }
    }
    return try read(root)
  }

  /// The description as YAML; equal descriptions give equal bytes.
  package func yaml() throws -> String {
    try node.yaml()
  }
}

extension ModelDescription: KeyedSection {
  package static let blank = ModelDescription(
    task: .translate, model: .blank, source: .blank, target: .blank, provenance: .blank)

  package static let keys: [SectionKey<ModelDescription>] = [
    SectionKey("format", \.format, .integer(.atLeast(1)), required: true),
    SectionKey("task", \.task, .choice, required: true),
    SectionKey("model", \.model, .section, required: true),
    SectionKey("source", \.source, .section, required: true),
    SectionKey("target", \.target, .section, required: true),
    SectionKey("search", \.search, .section, required: true),
    SectionKey("provenance", \.provenance, .section, required: true),
    SectionKey("files", \.files, .list(of: .inModelFolder), required: true),
  ]

  package func check(_ field: Field) throws {
    let names = files.map(\.name)
    for name in Set(names) where names.count(where: { $0 == name }) > 1 {
      throw field.nearest("files").error("\(name) is listed twice")
    }
    let advice = "the model folder is damaged: fetch or make it again"
    guard names.contains(ModelFolder.weightsName) else {
      throw field.nearest("files").error("\(ModelFolder.weightsName) is not listed", advice: advice)
    }
    for (key, side) in [("source", source), ("target", target)] where !names.contains(side.vocabulary) {
      throw field.nearest("\(key).vocabulary").error("\(side.vocabulary) is not listed under files", advice: advice)
    }
  }
}

/// One side of a model: everything that happens to its text before and after the network.
package struct ModelLanguage: Sendable, Equatable {
  /// What is done to a sentence before it is cut into units.
  package enum Normalization: String, CaseIterable, Sendable {
    /// Unicode's canonical composition.
    case nfc
  }

  /// The language's code.
  package var language: String
  /// The units that a sentence is cut into.
  package var level: DataSection.Level
  /// What is done to a sentence first. SentencePiece's own normalisation is inside its `.model`.
  package var normalization = Normalization.nfc
  /// The file in the model folder that holds the vocabulary. Both sides name the same file when they share it.
  package var vocabulary: String
  /// The number of entries, which is the number of rows of the embedding.
  package var vocabularySize: Int

  /// Makes one side.
  package init(language: String, level: DataSection.Level, vocabulary: String, vocabularySize: Int) {
    self.language = language
    self.level = level
    self.vocabulary = vocabulary
    self.vocabularySize = vocabularySize
  }
}

extension ModelLanguage: KeyedSection {
  package static let blank = ModelLanguage(language: "", level: .subword, vocabulary: "", vocabularySize: 0)
  package static let keys: [SectionKey<ModelLanguage>] = [
    SectionKey("language", \.language, .name("a language code"), required: true),
    SectionKey("level", \.level, .choice, required: true),
    SectionKey("normalization", \.normalization, .choice, required: true),
    SectionKey("vocabulary", \.vocabulary, .modelFile, required: true),
    SectionKey("vocabulary_size", \.vocabularySize, .integer(.through(1, 10_000_000)), required: true),
  ]
}
