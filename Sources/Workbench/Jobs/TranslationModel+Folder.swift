import Diagnostics
package import Foundation
import SequenceModels
package import TensorCore
import TextIO

extension TranslationModel {
  /// Loads the model of a folder.
  ///
  /// - Throws: `UnrollError` when a vocabulary has another size than `model.yaml` says, or the weights have other names
  ///   or shapes than the network.
  package init(_ folder: ModelFolder<TranslationDescription>) throws {
    let description = folder.description
    let source = try description.source.load(from: folder.url)
    let isJoint = description.target.vocabulary == description.source.vocabulary
    let target = isJoint ? source : try description.target.load(from: folder.url)
    try description.target.check(target, in: folder.url)
    if description.model.tieEmbeddings == .all, !isJoint {
      throw UnrollError(
        .badData, file: folder.url.appending(path: descriptionFileName).relativePath,
        "model.tie_embeddings is all, but the two sides have different vocabularies", advice: "make the model again")
    }
    let weights = try SafetensorsFile(contentsOf: folder.weights)
    try weights.check(description.model, sourceVocabulary: source.count, targetVocabulary: target.count)
    let network = try Workers.shared.run {
      // Every first value is overwritten, so none is drawn.
      let network = EncoderDecoder<TokenEncoder>(
        description.model, sourceVocabulary: source.count, targetVocabulary: target.count, initializer: .blank)
      try weights.load(into: network.parameters)
      return network
    }
    self.init(
      network: network,
      vocabularies: isJoint ? VocabularyPair(joint: source) : VocabularyPair(source: source, target: target))
  }

  /// Writes a model folder for a run of a recipe; as below.
  package func write(to url: URL, recipe: TranslationRecipe, provenance: ModelProvenance) throws {
    var section = recipe.model
    // The weights are all in this folder.
    section.warmStart = nil
    try write(
      to: url, section, languages: (recipe.data.source.language, recipe.data.target.language), recipe.search,
      provenance, as: recipe.training.weights)
  }

  /// Writes a model folder: weights, vocabularies and `model.yaml`. A folder that is there is replaced when the new one is
  /// complete.
  package func write(
    to url: URL, _ section: ModelSection, languages: (source: String, target: String), _ search: SearchSection,
    _ provenance: ModelProvenance, as precision: TrainingSection.Precision
  ) throws {
    try FolderSwap.replace(url) { fresh in
      var writer = SafetensorsWriter(metadata: ["format": "unroll"])
      for (name, parameter) in network.parameters {
        writer.add(name, parameter.value, as: precision == .half ? .half : .full)
      }
      try writer.write(to: fresh.appending(path: weightsFileName))
      try vocabularies.write(to: fresh)
      let names = vocabularies.fileNames
      func side(_ language: String, _ vocabulary: any Vocabulary, _ name: String) -> ModelLanguage {
        ModelLanguage(
          language: language, level: vocabulary.level, vocabulary: name, vocabularySize: vocabulary.count)
      }
      var description = TranslationDescription(
        model: section, source: side(languages.source, vocabularies.source, names.source),
        target: side(languages.target, vocabularies.target, names.target), provenance: provenance)
      description.search = search
      _ = try ModelFolder.write(description, in: fresh)
    }
  }
}

/// The vocabulary of a side of a model in a folder; nil where there is none.
func existingVocabulary(_ side: String, in folder: URL) throws -> (any Vocabulary)? {
  try ["\(side).model", "\(side).vocab"].map { folder.appending(path: $0) }
    .first { FileManager.default.fileExists(atPath: $0.path) }.map(loadVocabulary)
}

extension Vocabulary {
  /// The name of its file, for the side that it is of.
  func fileName(_ side: String) -> String { side + (self is SentencePieceVocabulary ? ".model" : ".vocab") }
}

extension ModelLanguage {
  /// Loads the vocabulary of this side of the model in a folder. Throws `UnrollError` when it has another size than the
  /// description says.
  func load(from folder: URL) throws -> any Vocabulary {
    let vocabulary = try loadVocabulary(at: folder.appending(path: self.vocabulary))
    try check(vocabulary, in: folder)
    return vocabulary
  }

  /// Checks the size of a vocabulary.
  func check(_ vocabulary: any Vocabulary, in folder: URL) throws {
    guard vocabulary.count != vocabularySize else { return }
    throw UnrollError(
      .badData, file: folder.appending(path: self.vocabulary).relativePath,
      "the vocabulary has \(vocabulary.count) pieces, the model was made for \(vocabularySize)",
      advice: "use the vocabulary that the model was trained with")
  }
}

extension VocabularyPair {
  /// The names that `write` gives the files.
  package var fileNames: (source: String, target: String) {
    if isJoint { return (source.fileName("joint"), source.fileName("joint")) }
    return (source.fileName("source"), target.fileName("target"))
  }

  /// Writes both, or the joint one once.
  package func write(to folder: URL) throws {
    try AtomicFile.write(source.serialized, to: folder.appending(path: fileNames.source))
    if !isJoint { try AtomicFile.write(target.serialized, to: folder.appending(path: fileNames.target)) }
  }

  /// Reads what `write` wrote; the recipe says whether that was one vocabulary or two.
  package static func load(from folder: URL, isJoint: Bool) throws -> VocabularyPair {
    if isJoint, let joint = try existingVocabulary("joint", in: folder) { return VocabularyPair(joint: joint) }
    guard !isJoint, let source = try existingVocabulary("source", in: folder),
      let target = try existingVocabulary("target", in: folder)
    else {
      throw UnrollError(
        .noInput, file: folder.path, "the vocabularies of the run are missing", advice: "start a new run")
    }
    return VocabularyPair(source: source, target: target)
  }
}

extension SafetensorsFile {
  /// Compares the tensors that depend on every size in `model.yaml` with it, before a network of these sizes takes memory.
  ///
  /// Throws `UnrollError` of kind `badData` when one is missing or has another shape.
  fileprivate func check(_ model: ModelSection, sourceVocabulary: Int, targetVocabulary: Int) throws {
    for (name, shape) in model.decisiveShapes(sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary) {
      try check(name, shape: shape)
    }
  }

  /// Fills every parameter; a tensor that no parameter wants is an error too.
  package func load(into parameters: [NamedParameter]) throws {
    let wanted = Set(parameters.map(\.name))
    if let stranger = names.first(where: { !wanted.contains($0) }) {
      throw UnrollError(
        .badData, file: name, "tensor '\(stranger)' has no place in the model",
        advice: "the weights belong to another architecture")
    }
    for (name, parameter) in parameters { parameter.value = try tensor(name, shape: parameter.value.shape) }
  }
}

extension ModelSection {
  /// The shapes of parameters on which every size of the network depends, by name.
  func decisiveShapes(sourceVocabulary: Int, targetVocabulary: Int) -> [(name: String, shape: [Int])] {
    var shapes = [
      "encoder.embedding.weight": [sourceVocabulary, embeddingSize],
      "decoder.output.bias": [targetVocabulary],
    ]
    // Each of them: many layers of which the file has one would take many times its size.
    for layer in 0..<layers { shapes["decoder.rnn.weight_hh_l\(layer)"] = [cell.gates * hiddenSize, hiddenSize] }
    switch tieEmbeddings {
    case .none: shapes["decoder.output.weight"] = [targetVocabulary, hiddenSize]
    case .target: shapes["decoder.embedding.weight"] = [targetVocabulary, embeddingSize]
    case .all: break
    }
    return shapes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
