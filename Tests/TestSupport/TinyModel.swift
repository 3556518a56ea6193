package import Foundation
import SequenceModels
import TensorCore
package import TextIO
package import Workbench

/// A translation model in a folder, untrained and quick: what it says means nothing, but it always says the same.
package struct TinyModel {
  /// The model folder.
  package let folder: URL

  /// A model that is, or will be, in a folder.
  package init(folder: URL) { self.folder = folder }

  /// Runs `body` with the folder `models/tiny` of a new temporary folder, which is removed afterwards. The other parameters
  /// are those of `make`.
  package static func with(
    languages: (String, String) = ("en", "fr"), ends: Bool = false, _ body: (TinyModel) throws -> Void
  ) throws {
    try temporaryFolder { folder in
      let models = folder.appending(path: "models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      let model = TinyModel(folder: models.appending(path: "tiny"))
      try model.make(languages: languages, ends: ends)
      try body(model)
    }
  }

  /// The folder that `with` made.
  package var workplace: URL { folder.deletingLastPathComponent().deletingLastPathComponent() }

  /// Makes a model folder of these languages. The source is cut into characters, or by the SentencePiece model given; with
  /// `words` both sides are words, and the model writes unknown ones more than others. What it writes it seldom ends, or, if
  /// it `ends` it, soon behind the second unit. `change` has the last word on the recipe.
  package func make(
    languages: (String, String) = ("en", "fr"), seed: Int = 3, source: SentencePieceVocabulary? = nil,
    words: Bool = false, ends: Bool = false, change: (inout TranslationRecipe) -> Void = { _ in }
  ) throws {
    var data = DataSection(
      train: .tabSeparated("train.tsv"), valid: .tabSeparated("valid.tsv"),
      source: LanguageSection(language: languages.0), target: LanguageSection(language: languages.1))
    data.level = words ? .word : .char
    if source != nil { data.source.level = .subword }
    var recipe = TranslationRecipe(name: "tiny", data: data)
    recipe.model.cell = .gru
    recipe.model.layers = 1
    recipe.model.hiddenSize = 8
    recipe.model.embeddingSize = 4
    recipe.search.maximumLength = 12
    recipe.search.maximumSourceLength = 50
    if ends { recipe.search.minimumLength = 2 }
    change(&recipe)
    let vocabularies =
      words
      ? VocabularyPair(
        source: try WordVocabulary.build(from: ["where is the cat"]),
        target: try WordVocabulary.build(from: ["le chat est ici"]))
      : VocabularyPair(
        source: try source ?? CharacterVocabulary.build(from: ["abcdefghijklmnopqrstuvwxyz .,?"]),
        target: try CharacterVocabulary.build(from: ["abcdefghijklm"]))
    let network = Workers.shared.run {
      EncoderDecoder<TokenEncoder>(
        recipe.model, sourceVocabulary: vocabularies.source.count, targetVocabulary: vocabularies.target.count,
        initializer: Initializer(seed: UInt64(seed)))
    }
    if ends { favour(vocabularies.target.special.end, by: 3, network) }
    if words { favourUnknown(network, vocabularies.target.special.unknown) }
    var provenance = ModelProvenance(recipe: "tiny", seed: seed, steps: 0, unroll: "0.1.0", date: "2026-01-02")
    provenance.scores = [.init("valid_bleu", 0.5)]
    provenance.data = [FileRecord(name: "train.tsv", bytes: 0, sha256: SHA256.hexDigest(of: ""))]
    try TranslationModel(network: network, vocabularies: vocabularies)
      .write(to: folder, recipe: recipe, provenance: provenance)
  }

  private func favourUnknown(_ network: EncoderDecoder<TokenEncoder>, _ unknown: Int) {
    favour(unknown, by: 0.5, network)
    // Larger, so that attention is not even.
    for (name, parameter) in network.parameters where name != "decoder.output.bias" {
      parameter.value = parameter.value * Tensor(4)
    }
  }

  private func favour(_ unit: Int, by logit: Float, _ network: EncoderDecoder<TokenEncoder>) {
    for (name, parameter) in network.parameters where name == "decoder.output.bias" {
      var bias = parameter.value.values
      bias[unit] += logit
      parameter.value = Tensor(bias, shape: [bias.count])
    }
  }

  /// Changes a file of the model. `model.yaml` is left as it is, or made to list the new contents when `isListed`.
  package func change(_ name: String, isListed: Bool = false, _ body: (inout Data) -> Void) throws {
    let file = folder.appending(path: name)
    let old = try FileRecord(of: file)
    var contents = try Data(contentsOf: file)
    body(&contents)
    try contents.write(to: file)
    guard isListed else { return }
    let new = try FileRecord(of: file)
    try change("model.yaml") { yaml in
      let text = String(decoding: yaml, as: UTF8.self)
        .replacingOccurrences(of: old.sha256, with: new.sha256)
        .replacingOccurrences(of: "bytes: \(old.bytes)\n", with: "bytes: \(new.bytes)\n")
      yaml = Data(text.utf8)
    }
  }
}
