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
    let source = try loadVocabulary(at: folder.sourceVocabulary)
    let isJoint = description.target.vocabulary == description.source.vocabulary
    let target = isJoint ? source : try loadVocabulary(at: folder.targetVocabulary)
    for (side, vocabulary, url) in [
      (description.source, source, folder.sourceVocabulary), (description.target, target, folder.targetVocabulary),
    ] where vocabulary.count != side.vocabularySize {
      throw UnrollError(
        .badData, file: url.relativePath,
        "the vocabulary has \(vocabulary.count) pieces, the model was made for \(side.vocabularySize)",
        advice: "use the vocabulary that the model was trained with")
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

  /// Writes a model folder: weights, vocabularies, `model.yaml` and a card. A folder that is there is replaced when the
  /// new one is complete.
  package func write(to url: URL, recipe: TranslationRecipe, provenance: ModelProvenance) throws {
    try FolderSwap.replace(url) { fresh in
      var writer = SafetensorsWriter(metadata: ["format": "unroll"])
      for (name, parameter) in network.parameters {
        writer.add(name, parameter.value, as: recipe.training.weights == .half ? .half : .full)
      }
      try writer.write(to: fresh.appending(path: weightsFileName))
      try vocabularies.write(to: fresh)
      let names = vocabularies.fileNames
      let data = recipe.data
      var description = TranslationDescription(
        model: recipe.model,
        source: ModelLanguage(
          language: data.source.language, level: data.sourceLevel, vocabulary: names.source,
          vocabularySize: vocabularies.source.count),
        target: ModelLanguage(
          language: data.target.language, level: data.targetLevel, vocabulary: names.target,
          vocabularySize: vocabularies.target.count),
        provenance: provenance)
      description.search = recipe.search
      _ = try ModelFolder.write(description, in: fresh)
    }
  }
}

extension VocabularyPair {
  /// The names that `write` gives the files.
  package var fileNames: (source: String, target: String) {
    func name(_ side: String, _ vocabulary: any Vocabulary) -> String {
      side + (vocabulary is SentencePieceVocabulary ? ".model" : ".vocab")
    }
    if isJoint { return (name("joint", source), name("joint", source)) }
    return (name("source", source), name("target", target))
  }

  /// Writes both, or the joint one once.
  package func write(to folder: URL) throws {
    try AtomicFile.write(source.serialized, to: folder.appending(path: fileNames.source))
    if !isJoint { try AtomicFile.write(target.serialized, to: folder.appending(path: fileNames.target)) }
  }

  /// Reads what `write` wrote; the recipe says whether that was one vocabulary or two.
  package static func load(from folder: URL, isJoint: Bool) throws -> VocabularyPair {
    func existing(_ side: String) -> URL? {
      ["\(side).model", "\(side).vocab"].map { folder.appending(path: $0) }
        .first { FileManager.default.fileExists(atPath: $0.path) }
    }
    if isJoint, let file = existing("joint") { return VocabularyPair(joint: try loadVocabulary(at: file)) }
    guard !isJoint, let source = existing("source"), let target = existing("target") else {
      throw UnrollError(
        .noInput, file: folder.path, "the vocabularies of the run are missing", advice: "start a new run")
    }
    return VocabularyPair(source: try loadVocabulary(at: source), target: try loadVocabulary(at: target))
  }
}

extension SafetensorsFile {
  /// Compares the tensors that depend on every size in `model.yaml` with it, before a network of these sizes takes memory.
  ///
  /// Throws `UnrollError` of kind `badData` when one is missing or has another shape.
  fileprivate func check(_ model: ModelSection, sourceVocabulary: Int, targetVocabulary: Int) throws {
    let expected = [
      "encoder.embedding.weight": [sourceVocabulary, model.embeddingSize],
      "decoder.output.weight": [targetVocabulary, model.hiddenSize],
      "decoder.rnn.weight_hh_l\(model.layers - 1)": [model.cell.gates * model.hiddenSize, model.hiddenSize],
    ]
    for (name, shape) in expected.sorted(by: { $0.key < $1.key }) { try check(name, shape: shape) }
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
