import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO
import Workbench

/// Models that cannot be used: the message, and the exit status.
struct BadModelTests {
  private func translate(_ model: TinyModel) throws -> Outcome {
    try runUnroll("translate", "--model", model.folder.path, input: "one\n")
  }

  @Test func aMissingFolder() throws {
    try temporaryFolder { folder in
      let outcome = try runUnroll("translate", "--model", "models/none", folder: folder)
      expectFailure(outcome, .noInput, mentions: "models/none: no such model folder; check the path")
    }
  }

  @Test func noModelOfTheName() throws {
    try temporaryFolder { folder in
      let outcome = try runUnroll(
        "translate", "--model", "none-of-this-name", folder: folder, environment: ["UNROLL_MODELS": folder.path])
      expectFailure(
        outcome, .noInput, mentions: "no model called none-of-this-name; looked in \(folder.path)", "UNROLL_MODELS")
    }
  }

  @Test func missingWeights() throws {
    try TinyModel.with { model in
      try FileManager.default.removeItem(at: model.folder.appending(path: "weights.safetensors"))
      expectFailure(try translate(model), .noInput, mentions: "tiny/weights.safetensors: missing")
    }
  }

  @Test func truncatedWeights() throws {
    try TinyModel.with { model in
      try model.change("weights.safetensors") { $0.removeLast(100) }
      expectFailure(
        try translate(model), .badData, mentions: "tiny/weights.safetensors: truncated: it has ", "; fetch or make")
    }
  }

  @Test func truncatedWeightsThatAreListed() throws {
    try TinyModel.with { model in
      try model.change("weights.safetensors", isListed: true) { $0.removeLast(100) }
      expectFailure(try translate(model), .badData, mentions: "tiny/weights.safetensors: ")
    }
  }

  @Test func aWrongChecksum() throws {
    try TinyModel.with { model in
      try model.change("weights.safetensors") { $0[$0.count - 5] ^= 1 }
      expectFailure(
        try translate(model), .badData, mentions: "tiny/weights.safetensors: damaged: its SHA-256 is not the one")
    }
  }

  @Test func weightsOfAnotherShape() throws {
    try TinyModel.with { model in
      try model.change("model.yaml") { yaml in
        let text = String(decoding: yaml, as: UTF8.self)
          .replacingOccurrences(of: "hidden_size: 8", with: "hidden_size: 16")
        yaml = Data(text.utf8)
      }
      expectFailure(
        try translate(model), .badData, mentions: "tiny/weights.safetensors: tensor '", "has shape [", "needs [")
    }
  }

  @Test func enormousSizesAreFoundOutBeforeMemoryIsTaken() throws {
    try TinyModel.with { model in
      try model.change("model.yaml") { yaml in
        let text = String(decoding: yaml, as: UTF8.self)
          .replacingOccurrences(of: "hidden_size: 8", with: "hidden_size: 60000")
        yaml = Data(text.utf8)
      }
      let outcome = try runShell(
        "ulimit -v 6000000; unroll translate --model models/tiny", input: Data("a\n".utf8), folder: model.workplace)
      expectFailure(outcome, .badData, mentions: "tiny/weights.safetensors: tensor '", "needs [", "60000")
    }
  }

  /// Every layer is looked for, and not only the last.
  @Test func layersThatAreNotThereAreFoundOutBeforeMemoryIsTaken() throws {
    try TinyModel.with { model in
      try model.change("model.yaml") { yaml in
        yaml = Data(String(decoding: yaml, as: UTF8.self).replacing("layers: 1", with: "layers: 64").utf8)
      }
      expectFailure(
        try translate(model), .badData,
        mentions: "tiny/weights.safetensors: tensor 'decoder.rnn.weight_hh_l1' is missing")
    }
  }

  @Test func warningsNeverLandInTheOutput() throws {
    try TinyModel.with { model in
      let outcome = try runShell(
        "unroll translate --model models/tiny --output out.txt 2>&-", input: Data([0x61, 0x0A, 0xFF, 0x0A]),
        folder: model.workplace)
      #expect(outcome.status == 0)
      let text = try String(contentsOf: model.workplace.appending(path: "out.txt"), encoding: .utf8)
      #expect(text.count { $0 == "\n" } == 2 && !text.contains("warning"))
    }
  }

  @Test func aVocabularyThatDoesNotFit() throws {
    try TinyModel.with { model in
      let smaller = Data(try CharacterVocabulary.build(from: ["abc"]).serialized)
      try model.change("target.vocab", isListed: true) { $0 = smaller }
      expectFailure(
        try translate(model), .badData,
        mentions: "tiny/target.vocab: the vocabulary has 7 pieces, the model was made for 17; use")
    }
  }

  @Test func otherLanguages() throws {
    try TinyModel.with { model in
      let outcome = try runUnroll("translate", "--model", model.folder.path, "--to", "de")
      expectFailure(outcome, .usage, mentions: "the model is from en to fr, not to de; name another model")
    }
  }

  @Test func aModelOfTheFuture() throws {
    try TinyModel.with { model in
      try model.change("model.yaml") { yaml in
        yaml = Data(String(decoding: yaml, as: UTF8.self).replacingOccurrences(of: "format: 1", with: "format: 2").utf8)
      }
      expectFailure(try translate(model), .badData, mentions: "model.yaml:1: made by a newer unroll (format 2); update")
    }
  }
}
