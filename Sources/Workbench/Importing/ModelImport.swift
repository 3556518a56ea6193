import Diagnostics
package import Foundation
import SequenceModels
import TensorCore
import TextIO

/// A translation model made of a network that another toolkit trained.
package struct ModelImport {
  private let mapping: ImportMapping
  private let model: TranslationModel
  private let files: [FileRecord]

  /// Reads a network.
  ///
  /// - Parameters:
  ///   - weights: Its tensors, safetensors.
  ///   - mappingFile: How they become a model, an `ImportMapping`.
  ///   - source: The folder of the vocabularies; that of the mapping when nil.
  /// - Throws: `UnrollError` that names the mapping's line and key, or the file, for the first thing that does not fit.
  package init(_ weights: URL, mapping mappingFile: URL, source: URL? = nil) throws {
    mapping = try ImportMapping.read(from: mappingFile)
    let folder = source ?? mappingFile.deletingLastPathComponent()
    let vocabularies = try mapping.vocabularies(in: folder)
    let file = try Self.open(weights)
    let section = mapping.model
    let (sourceSize, targetSize) = (vocabularies.source.count, vocabularies.target.count)
    let imported = try ImportedParameters(
      mapping, mappingFile: mappingFile.relativePath, names: section.parameterNames, in: file)
    // A network of wrong sizes must not take memory.
    for (name, shape) in section.decisiveShapes(sourceVocabulary: sourceSize, targetVocabulary: targetSize) {
      try imported.check(name, shape: shape)
    }
    let network = try Workers.shared.run {
      let network = EncoderDecoder<TokenEncoder>(
        section, sourceVocabulary: sourceSize, targetVocabulary: targetSize, initializer: .blank)
      for (name, parameter) in network.parameters { try imported.fill(name, parameter) }
      return network
    }
    model = TranslationModel(network: network, vocabularies: vocabularies)
    files = [try FileRecord(of: weights), try FileRecord(of: mappingFile)]
  }

  /// Writes the model's folder. Throws `UnrollError` when it cannot be written.
  package func write(to url: URL, as precision: TrainingSection.Precision = .full) throws {
    var provenance = ModelProvenance(
      recipe: mapping.name, seed: 0, steps: 0, unroll: unrollVersion, date: ModelProvenance.today)
    provenance.data = files
    try model.write(
      to: url, mapping.model, languages: (mapping.source.language, mapping.target.language), mapping.search, provenance,
      as: precision)
  }

  private static func open(_ url: URL) throws -> SafetensorsFile {
    let file = try InputFile(url)
    let start = try file.bytes(at: 0, count: min(4, file.size))
    // torch.save writes a zip archive, and before PyTorch 1.6 a pickle; as the length of a header both are too large.
    guard start != [0x50, 0x4B, 0x03, 0x04], start != [0x80, 0x02, 0x8A, 0x0A] else {
      throw UnrollError(
        .badData, file: file.name, "was written by torch.save, which only Python can read",
        advice: "write it with safetensors.torch.save_file(model.state_dict(), FILE)")
    }
    return try SafetensorsFile(contentsOf: url)
  }
}

extension ImportMapping {
  /// Loads the vocabularies, which lie in a folder. Throws `UnrollError` when a file is missing or is no vocabulary.
  fileprivate func vocabularies(in folder: URL) throws -> VocabularyPair {
    func load(_ name: String) throws -> any Vocabulary {
      try loadVocabulary(at: name.hasPrefix("/") ? URL(fileURLWithPath: name) : folder.appending(path: name))
    }
    let read = try load(source.vocabulary)
    if target.vocabulary == source.vocabulary { return VocabularyPair(joint: read) }
    return VocabularyPair(source: read, target: try load(target.vocabulary))
  }
}

extension ModelSection {
  /// The names of the parameters of a network of this shape, which no size changes.
  var parameterNames: [String] {
    var small = self
    // Whether the decoder is as wide as its embedding decides whether there is a matrix between them.
    (small.hiddenSize, small.embeddingSize) = (2, hiddenSize == embeddingSize ? 2 : 1)
    return Workers.shared.run {
      EncoderDecoder<TokenEncoder>(small, sourceVocabulary: 1, targetVocabulary: 1, initializer: .blank).parameters.map(
        \.name)
    }
  }
}
