import Foundation
import SequenceModels
import TensorCore
import TestSupport
import TextIO
import Workbench

/// A file of the target that has SentencePiece's fixtures, to find these from.
let textFixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "TextIOTests/VocabularyTests.swift").path

/// SentencePiece models with and without a trie of normalisation rules, of both kinds that we train.
func sentencePieceModels() throws -> [[UInt8]] {
  let lines = (0..<40).map { "where is the cat number \($0), and what is it that the other \($0 * 7) cats have seen" }
  var models: [[UInt8]] = []
  for (type, rule, more) in [
    (SentencePieceTraining.ModelType.unigram, "identity", ["byte_fallback": "true"]), (.bpe, "identity", [:]),
    (.unigram, "nmt_nfkc", ["user_defined_symbols": "<a>,cat"]),
  ] {
    var training = SentencePieceTraining(vocabularySize: more["byte_fallback"] == nil ? 60 : 320)
    training.modelType = type
    training.normalizationRuleName = rule
    training.furtherOptions = more.merging(["hard_vocab_limit": "false"]) { $1 }
    models.append(try SentencePieceVocabulary.train(on: lines, training).serialized)
  }
  return models
}

/// Folders of small translation models: of characters, of words, with subwords, and of several shapes.
func translationFolders() throws -> [FuzzedReader.Files] {
  let pieces = try SentencePieceVocabulary(serialized: sentencePieceModels()[1], name: "seed")
  return try [0, 1, 2, 3].map { kind in
    try temporaryFolder { folder in
      let model = TinyModel(folder: folder.appending(path: "model"))
      try model.make(source: kind == 1 ? pieces : nil, words: kind == 2, ends: kind == 0) { recipe in
        guard kind == 3 else { return }
        (recipe.model.cell, recipe.model.layers, recipe.model.hiddenSize) = (.lstm, 2, 6)
        (recipe.model.attention, recipe.model.bridge, recipe.model.residual) = (.additive, .linear, true)
        recipe.model.layerNormalization = true
        recipe.model.tieEmbeddings = .target
        recipe.training.weights = .half
      }
      return try files(in: model.folder)
    }
  }
}

/// Folders of small models that label frames and write captions.
func otherModelFolders() throws -> [FuzzedReader.Files] {
  let labels: [@Sendable (URL) throws -> Void] = [
    { try TinyLabelModel.write(to: $0) },
    { try TinyLabelModel.write(["model.decoding=viterbi", "model.layers=1", "model.cell=gru"], to: $0) },
    { try TinyCaptionModel.write(to: $0) }, { try TinyCaptionModel.write(TinyCaptionModel.couplings[3], to: $0) },
  ]
  return try labels.map { write in
    try temporaryFolder { folder in
      let model = folder.appending(path: "model")
      try write(model)
      return try files(in: model)
    }
  }
}

/// The files of a folder, by name.
func files(in folder: URL) throws -> FuzzedReader.Files {
  var files: FuzzedReader.Files = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
    files[name] = Array(try Data(contentsOf: folder.appending(path: name)))
  }
  return files
}

/// Writes the sizes and digests of a model's files into its description, so that what is in them is looked at.
func relist(_ files: inout FuzzedReader.Files) {
  guard let description = files["model.yaml"] else { return }
  var lines = String(decoding: description, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    .map { String($0) }
  for index in lines.indices.dropLast(2) {
    guard let name = lines[index].split(separator: "name: ").last, let contents = files[String(name)],
      lines[index + 1].contains(" bytes: "), lines[index + 2].contains(" sha256: ")
    else { continue }
    lines[index + 1] = lines[index + 1].prefix { $0 != ":" } + ": \(contents.count)"
    lines[index + 2] = lines[index + 2].prefix { $0 != ":" } + ": \(SHA256.hexDigest(of: contents))"
  }
  files["model.yaml"] = Array(lines.joined(separator: "\n").utf8)
}
