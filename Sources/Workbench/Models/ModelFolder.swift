import Diagnostics
package import Foundation

/// A folder with everything that is needed to use a model: `model.yaml`, the weights, vocabularies or labels, and `card.md`
/// to read.
package struct ModelFolder<Description: ModelDescription>: Sendable {
  /// The folder.
  package let url: URL
  /// What `model.yaml` says.
  package let description: Description

  /// The weights.
  package var weights: URL { url.appending(path: weightsFileName) }

  /// Opens a model folder and checks that every listed file is there in full and unchanged. The folder of a training run
  /// stands for the model in it.
  ///
  /// - Throws: `UnrollError` of kind `noInput` when the folder, `model.yaml` or a listed file is missing, and of kind `badData`
  ///   when `model.yaml` is wrong or a file has another size or SHA-256 than it says.
  package static func open(_ url: URL) throws -> ModelFolder {
    let url = modelFolder(of: url)
    let folder = ModelFolder(url: url, description: try describe(url))
    for record in folder.description.files { try folder.verify(record) }
    return folder
  }

  /// Reads `model.yaml` of a folder without looking at the other files. Throws as `open` does.
  static func describe(_ url: URL) throws -> Description {
    let path = url.relativePath
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw UnrollError(.noInput, file: path, "no such model folder", advice: "check the path")
    }
    guard isFolder.boolValue else {
      throw UnrollError(
        .noInput, file: path, "is a file, not a model folder",
        advice: "name the folder that holds \(descriptionFileName)")
    }
    let description = url.appending(path: descriptionFileName)
    guard FileManager.default.fileExists(atPath: description.path) else {
      throw UnrollError(
        .noInput, file: path, "not a model folder: it holds no \(descriptionFileName)", advice: "name another folder")
    }
    return try Description.read(from: description)
  }

  private func verify(_ record: FileRecord) throws {
    let file = url.appending(path: record.name)
    let path = file.relativePath
    let advice = "fetch or make the model again"
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw UnrollError(.noInput, file: path, "missing, although \(descriptionFileName) lists it", advice: advice)
    }
    let size = try InputFile(file).size
    guard size == record.bytes else {
      let state = size < record.bytes ? "truncated" : "changed"
      throw UnrollError(
        .badData, file: path, "\(state): it has \(size) bytes, \(descriptionFileName) says \(record.bytes)",
        advice: advice)
    }
    guard try SHA256.hexDigest(ofFile: file) == record.sha256 else {
      throw UnrollError(
        .badData, file: path, "damaged: its SHA-256 is not the one in \(descriptionFileName)", advice: advice)
    }
  }

  /// Makes a model folder of a folder that holds the weights and all else: lists the files and writes `model.yaml`, last,
  /// so that a folder with a `model.yaml` is complete.
  ///
  /// - Returns: The folder as `open` would give it.
  /// - Throws: `UnrollError` of kind `noInput` when a file is missing, `cannotCreate` or `inputOutput` when writing fails.
  package static func write(_ description: Description, in url: URL) throws -> ModelFolder {
    var description = description
    let names = Set([weightsFileName] + description.companions.map(\.file))
    description.files = try names.sorted().map { try FileRecord(of: url.appending(path: $0)) }
    try AtomicFile.write(description.yaml(), to: url.appending(path: descriptionFileName))
    return ModelFolder(url: url, description: description)
  }
}

/// The folder of the model that a folder stands for: the one in a run folder, else the folder itself.
func modelFolder(of url: URL) -> URL {
  let inner = url.appending(path: "model")
  func isModel(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.appending(path: descriptionFileName).path)
  }
  return !isModel(url) && isModel(inner) ? inner : url
}

/// What the model in a folder is for; translation, where its description does not say, so that reading it tells what is wrong.
package func modelTask(of url: URL) throws -> RecipeTask {
  let description = modelFolder(of: url).appending(path: descriptionFileName)
  guard FileManager.default.fileExists(atPath: description.path) else { return .translate }
  return try RecipeTask.peek(description) ?? .translate
}

extension ModelFolder<TranslationDescription> {
  /// The vocabulary of the side that is read.
  package var sourceVocabulary: URL { url.appending(path: description.source.vocabulary) }
  /// The vocabulary of the side that is written.
  package var targetVocabulary: URL { url.appending(path: description.target.vocabulary) }
}
