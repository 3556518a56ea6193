import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct ModelFolderTests {
  private let remedy = "fetch or make the model again"

  @Test func aWholeFolderOpens() throws {
    try temporaryFolder { folder in
      try makeModel(folder)
      let model = try ModelFolder<TranslationDescription>.open(folder)
      #expect(model.description.provenance.steps == 20000)
      #expect(model.weights.path == folder.path + "/weights.safetensors")
      #expect(model.sourceVocabulary.path == folder.path + "/pieces.model")
      #expect(model.targetVocabulary.path == folder.path + "/pieces.model")
    }
  }

  @Test func whatIsWrittenOpens() throws {
    try temporaryFolder { folder in
      try makeModel(folder)
      try FileManager.default.removeItem(at: folder.appending(path: "model.yaml"))
      var description = try TranslationDescription.read(yaml: fullDescription, path: "m.yaml")
      description.files = []
      let written = try ModelFolder<TranslationDescription>.write(description, in: folder)
      #expect(written.description == (try ModelFolder<TranslationDescription>.open(folder).description))
      #expect(
        written.description.files == [
          FileRecord(name: "pieces.model", bytes: 3, sha256: digestOfABC),
          FileRecord(name: "weights.safetensors", bytes: 3, sha256: digestOfABC),
        ])
    }
  }

  @Test func aFolderWithoutWeightsIsNotMadeAModel() throws {
    try temporaryFolder { folder in
      try makeModel(folder)
      let weights = folder.appending(path: "weights.safetensors")
      try FileManager.default.removeItem(at: folder.appending(path: "model.yaml"))
      try FileManager.default.removeItem(at: weights)
      let description = try TranslationDescription.read(yaml: fullDescription, path: "m.yaml")
      let error = try unrollError { _ = try ModelFolder<TranslationDescription>.write(description, in: folder) }
      #expect(error.kind == .noInput && error.file == weights.path)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "model.yaml").path))
    }
  }

  /// Opens a folder that `damage` has changed.
  private func error(_ damage: (URL) throws -> Void) throws -> (error: UnrollError, path: String) {
    try temporaryFolder { folder in
      try makeModel(folder)
      try damage(folder)
      return (try unrollError { _ = try ModelFolder<TranslationDescription>.open(folder) }, folder.path)
    }
  }

  @Test func aMissingFolderIsNoInput() throws {
    let (error, path) = try error { try FileManager.default.removeItem(at: $0) }
    #expect(error == UnrollError(.noInput, file: path, "no such model folder", advice: "check the path"))
  }

  @Test func aFileIsNotAModelFolder() throws {
    let (error, path) = try error {
      try FileManager.default.removeItem(at: $0)
      try Data().write(to: $0)
    }
    let advice = "name the folder that holds model.yaml"
    #expect(error == UnrollError(.noInput, file: path, "is a file, not a model folder", advice: advice))
  }

  @Test func aFolderWithoutDescriptionIsNotAModelFolder() throws {
    let (error, path) = try error { try FileManager.default.removeItem(at: $0.appending(path: "model.yaml")) }
    let what = "not a model folder: it holds no model.yaml"
    #expect(error == UnrollError(.noInput, file: path, what, advice: "name another folder"))
  }

  @Test func aMissingFileIsNoInput() throws {
    let (error, path) = try error { try FileManager.default.removeItem(at: $0.appending(path: "pieces.model")) }
    let what = "missing, although model.yaml lists it"
    #expect(error == UnrollError(.noInput, file: path + "/pieces.model", what, advice: remedy))
  }

  @Test func theFolderOfARunStandsForItsModel() throws {
    try temporaryFolder { folder in
      let run = folder.appending(path: "run")
      let model = run.appending(path: "model")
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try makeModel(model)
      #expect(try ModelFolder<TranslationDescription>.open(run).url.path == model.path)
      #expect(try ModelFinder(environment: [:], program: folder).find(run.path).url.path == model.path)
    }
  }

  @Test func aTruncatedFileIsBadData() throws {
    let (error, path) = try error { try Data("ab".utf8).write(to: $0.appending(path: "weights.safetensors")) }
    let what = "truncated: it has 2 bytes, model.yaml says 3"
    #expect(error == UnrollError(.badData, file: path + "/weights.safetensors", what, advice: remedy))
  }

  @Test func aLongerFileIsBadData() throws {
    let (error, path) = try error { try Data("abcd".utf8).write(to: $0.appending(path: "weights.safetensors")) }
    let what = "changed: it has 4 bytes, model.yaml says 3"
    #expect(error == UnrollError(.badData, file: path + "/weights.safetensors", what, advice: remedy))
  }

  @Test func aFileWithAnotherDigestIsBadData() throws {
    let (error, path) = try error { try Data("abd".utf8).write(to: $0.appending(path: "weights.safetensors")) }
    let what = "damaged: its SHA-256 is not the one in model.yaml"
    #expect(error == UnrollError(.badData, file: path + "/weights.safetensors", what, advice: remedy))
  }
}
