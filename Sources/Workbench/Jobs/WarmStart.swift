import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TextIO

/// The weights that a training begins with, where its recipe names some. They are looked for before the run folder is made.
struct FirstWeights {
  /// A published network, for the encoder of frames.
  let pretrained: URL?
  /// The folder of another model.
  let model: URL?
  private let isFrozen: Bool

  /// Finds what the keys of a recipe name; nil for a run that goes on, which has weights of its own. Where features are computed
  /// with what stays frozen (`isFrozen`), it needs the first ones still.
  ///
  /// - Throws: `UnrollError` of kind `noInput` or `badData` when it is not there, or holds no weights.
  init?(
    pretrained: String? = nil, warmStart: String?, isFrozen: Bool = false, _ request: TrainingRequest,
    _ folder: DataFolder
  ) throws {
    if request.resume && !isFrozen { return nil }
    self.isFrozen = isFrozen
    self.pretrained = try pretrained.map(folder.file)
    model = try warmStart.map { name in
      do {
        let url = modelFolder(of: try ModelFinder().locate(name))
        _ = try SafetensorsFile(contentsOf: url.appending(path: weightsFileName))
        return url
      } catch let error as UnrollError {
        throw UnrollError(
          error.kind, file: error.file, line: error.line, "model.warm_start: \(error.what)", advice: error.advice)
      }
    }
  }

  /// What must be the same when the run goes on: nothing, unless it computes features with these weights then too.
  func records() throws -> [FileRecord] {
    guard isFrozen else { return [] }
    let files = [
      ("model.pretrained", pretrained), ("model.warm_start", model?.appending(path: weightsFileName)),
    ]
    return try files.compactMap { key, url in
      try url.map { FileRecord(name: key, bytes: try InputFile($0).size, sha256: try SHA256.hexDigest(ofFile: $0)) }
    }
  }
}

/// Parameters that belong to the units of a vocabulary, and to those of no other.
struct UnitParameters {
  /// The side of a model that the vocabulary is of: `source` or `target`.
  let side: String
  let vocabulary: any Vocabulary
  /// What the names of the parameters begin with.
  let beginnings: [String]
}

/// Fills parameters from another model, by name and shape; those of units only where that model has the same vocabulary.
///
/// - Parameters:
///   - url: the folder of a model.
///   - parameters: what is filled as far as the model has it.
///   - exceptions: what the names of parameters begin with that are not filled.
/// - Throws: `UnrollError` when its files cannot be read, or it has nothing in common with this one.
func warmStart(
  _ parameters: [NamedParameter], from url: URL, units: [UnitParameters] = [], except exceptions: [String] = [],
  _ watch: TrainingWatch
) throws {
  let file = try SafetensorsFile(contentsOf: url.appending(path: weightsFileName))
  let foreign = try units.filter { unit in
    let theirs = try existingVocabulary(unit.side, in: url) ?? existingVocabulary("joint", in: url)
    return theirs?.serialized != unit.vocabulary.serialized
  }
  let taken = try file.warmStart(
    parameters.filter { name, _ in !(exceptions + foreign.flatMap(\.beginnings)).contains(where: name.hasPrefix) })
  guard !taken.isEmpty else {
    throw UnrollError(
      .badData, file: url.relativePath, "model.warm_start: has no parameter in common with model of the recipe",
      advice: "give the encoder and what reads it the sizes of that model, or remove model.warm_start")
  }
  watch.tell("\(taken.count) of \(parameters.count) parameters begin as in \(url.relativePath)")
}

extension SafetensorsFile {
  /// Fills the parameters that this file has too, by name and shape, and gives their names. What a model that labels frames calls
  /// `encoder.` and `rnn.` is `encoder.frames.` and `encoder.rnn.` in one that writes captions.
  fileprivate func warmStart(_ parameters: [NamedParameter]) throws -> [String] {
    try parameters.compactMap { name, parameter in
      guard let found = Self.names(of: name).first(where: contains), try shape(found) == parameter.value.shape else {
        return nil
      }
      parameter.value = try tensor(found, shape: parameter.value.shape)
      return name
    }
  }

  /// What a parameter may be called, its own name first.
  private static func names(of name: String) -> [String] {
    let pairs = [("encoder.frames.", "encoder."), ("encoder.rnn.", "rnn.")]
    let others = pairs.flatMap { [$0, ($0.1, $0.0)] }.compactMap { ours, theirs in
      name.hasPrefix(ours) ? theirs + name.dropFirst(ours.count) : nil
    }
    return [name] + others
  }
}
