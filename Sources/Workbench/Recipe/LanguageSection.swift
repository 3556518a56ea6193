/// One side of the sentence pairs: `data.source` and `data.target`.
package struct LanguageSection: Sendable, Equatable {
  /// The language's code, `en` or `pt-BR`: the name that `unroll translate --from --to` uses.
  package var language: String
  /// The units of this side. Default: those of `data.level`.
  package var level: DataSection.Level?
  /// The vocabulary of this side; keys that it leaves out have the values of `data.vocabulary`. Default: `data.vocabulary`.
  package var vocabulary: VocabularySection?
  /// Vectors of words to begin with, a word and its numbers a line (GloVe's or word2vec's text); units without one begin at random.
  /// Default none.
  package var embeddings: String?
  /// Whether the embedding stays as it begins. Default false.
  package var freezesEmbeddings = false

  /// A side that differs from the common settings in its language only.
  package init(language: String) {
    self.language = language
  }
}

extension LanguageSection: KeyedSection {
  package static let blank = LanguageSection(language: "")
  package static let keys: [SectionKey<LanguageSection>] = [
    SectionKey("language", \.language, .name("a language code"), required: true),
    SectionKey("level", \.level, .optional(.choice)),
    SectionKey("vocabulary", \.vocabulary, .optional(.section)),
    SectionKey("embeddings", \.embeddings, .optional(.text("a file name"))),
    SectionKey("freeze_embeddings", \.freezesEmbeddings, .flag),
  ]
}

extension YAMLNode {
  /// Completes `source.vocabulary` and `target.vocabulary` of a recipe's root with the keys of `data.vocabulary` that they
  /// leave out; `joint` and `file` cannot be meant for one side.
  mutating func inheritVocabulary() {
    update("data") { data in
      guard case .mapping(let entries) = data.content,
        case .mapping(let common)? = entries.first(where: { $0.key == "vocabulary" })?.value.content
      else { return }
      let shared = common.filter { $0.key != "joint" && $0.key != "file" }
      for side in ["source", "target"] {
        data.update(side) { language in
          language.update("vocabulary") { vocabulary in
            guard case .mapping(let own) = vocabulary.content else { return }
            let missing = shared.filter { entry in !own.contains { $0.key == entry.key } }
            vocabulary.content = .mapping(own + missing)
          }
        }
      }
    }
  }

  private mutating func update(_ key: String, _ change: (inout YAMLNode) -> Void) {
    guard case .mapping(var entries) = content, let index = entries.firstIndex(where: { $0.key == key }) else { return }
    change(&entries[index].value)
    content = .mapping(entries)
  }
}
