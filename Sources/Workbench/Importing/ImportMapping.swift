package import Foundation
import SequenceModels

/// How a network of another toolkit becomes a model of ours: its shape, its vocabularies, and which tensor each parameter is.
package struct ImportMapping: Sendable, Equatable {
  /// What the model is for: `translate`.
  package var task = RecipeTask.translate
  /// What the model is called in its provenance. Default: the file's name without its extension.
  package var name = ""
  /// The shape of the network, as in a recipe.
  package var model: ModelSection
  /// The side that is read.
  package var source: Side
  /// The side that is written.
  package var target: Side
  /// How translations are looked for when the user does not say, as in a recipe.
  package var search = SearchSection()
  /// What parameters are made from, by their names or by what these begin with.
  package var tensors: [Entry]
  /// The tensors that are left out, by their names or by what these begin with. Default none.
  package var unused: [String] = []

  /// One side of the model.
  package struct Side: Sendable, Equatable {
    /// The language's code.
    package var language: String
    /// The file of the vocabulary: a SentencePiece `.model`, or a list in our form. The same file for both sides makes them share
    /// it.
    package var vocabulary: String
  }

  /// What some parameters are made from.
  package struct Entry: Sendable, Equatable {
    /// The name of a parameter, or what comes before a dot in the names of several.
    package let name: String
    package let origin: TensorOrigin
    /// Where the entry stands.
    package let place: Place
  }
}

extension ImportMapping.Side: KeyedSection {
  package static let blank = ImportMapping.Side(language: "", vocabulary: "")
  package static let keys: [SectionKey<ImportMapping.Side>] = [
    SectionKey("language", \.language, .name("a language code"), required: true),
    SectionKey("vocabulary", \.vocabulary, .text("a file name"), required: true),
  ]
}

extension ImportMapping: KeyedSection {
  package static let blank = ImportMapping(model: .blank, source: .blank, target: .blank, tensors: [])
  package static let keys: [SectionKey<ImportMapping>] = [
    SectionKey("task", \.task, .task(.translate), required: true),
    SectionKey("name", \.name, .name("the name of a model")),
    SectionKey("model", \.model, .section, required: true),
    SectionKey("source", \.source, .section, required: true),
    SectionKey("target", \.target, .section, required: true),
    SectionKey("search", \.search, .section),
    SectionKey("tensors", \.tensors, entries, required: true),
    SectionKey("unused", \.unused, .list(of: .text("the name of a tensor"))),
  ]

  private static let entries = Codec<[Entry]>(
    read: { field in
      guard case .mapping(let entries) = field.node.content else {
        throw field.error(
          "expected names of parameters with tensors, found \(field.node.summary)", advice: "write encoder.rnn: NAME")
      }
      return try entries.map {
        Entry(name: $0.key, origin: try Codec.origin.read(field.child($0)), place: $0.place)
      }
    },
    write: { .keys($0.map { YAMLEntry($0.name, Codec.origin.write($0.origin)) }) })

  package func check(_ field: Field) throws {
    if model.warmStart != nil {
      throw field.nearest("model.warm_start").error(
        "all weights come from the imported network", advice: "remove warm_start")
    }
    if model.tieEmbeddings == .all, source.vocabulary != target.vocabulary {
      throw field.nearest("model.tie_embeddings").error(
        "all embeddings can be one only where both sides have one vocabulary",
        advice: "name the same file as vocabulary of both sides, or set tie_embeddings to target")
    }
    try search.checkAttention(field, model.attention)
  }

  /// Reads a mapping.
  ///
  /// - Throws: `UnrollError` that names the file, line and key path of the first mistake; kind `noInput` when there is no such file.
  package static func read(from url: URL) throws -> ImportMapping {
    var mapping = try read(Field(root: YAMLNode.read(file: url)))
    if mapping.name.isEmpty { mapping.name = url.deletingPathExtension().lastPathComponent }
    return mapping
  }
}
