import Diagnostics
import TextIO

/// What the folder of a translation model holds and how to use it.
package struct TranslationDescription: ModelDescription {
  /// The format of the description.
  package private(set) var format = currentModelFormat
  /// What the model is for: `translate`.
  package var task = RecipeTask.translate
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
  /// The files of the folder that the model needs: the weights and the vocabularies.
  package var files: [FileRecord] = []

  /// A description that lists no files yet; `ModelFolder.write` does.
  package init(model: ModelSection, source: ModelLanguage, target: ModelLanguage, provenance: ModelProvenance) {
    self.model = model
    self.source = source
    self.target = target
    self.provenance = provenance
  }

  /// The vocabularies.
  package var companions: [(key: String, file: String)] {
    [("source.vocabulary", source.vocabulary), ("target.vocabulary", target.vocabulary)]
  }
}

extension TranslationDescription {
  package static let blank = TranslationDescription(
    model: .blank, source: .blank, target: .blank, provenance: .blank)

  package static let keys: [SectionKey<TranslationDescription>] = [
    SectionKey("format", \.format, .integer(.atLeast(1)), required: true),
    SectionKey("task", \.task, .task(.translate), required: true),
    SectionKey("model", \.model, .section, required: true),
    SectionKey("source", \.source, .section, required: true),
    SectionKey("target", \.target, .section, required: true),
    SectionKey("search", \.search, .section, required: true),
    SectionKey("provenance", \.provenance, .section, required: true),
    SectionKey("files", \.files, .list(of: .inModelFolder), required: true),
  ]
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
