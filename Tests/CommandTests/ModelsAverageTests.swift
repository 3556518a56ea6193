import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll models average`.
struct ModelsAverageTests {
  @Test func makesAModelThatTranslates() throws {
    try temporaryFolder { folder in
      try write("12\t21\n123\t321\n34\t43\n", "train.tsv", folder)
      try write(
        """
        task: translate
        name: tiny
        data: {train: train.tsv, valid: train.tsv, source: {language: a}, target: {language: b}, level: char}
        model: {cell: gru, layers: 1, hidden_size: 8, embedding_size: 4}
        training: {steps: 4, epochs: null, checkpoint_every: 1, keep_checkpoints: 3, threads: 1}

        """, "recipe.yaml", folder)
      expectSuccess(try runUnroll("train", "recipe.yaml", "--quiet", folder: folder))
      let outcome = try runUnroll(
        "models", "average", "runs/tiny", "--last", "3", "--output", "averaged", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "averaged\n")
      expectSuccess(try runUnroll("translate", "--quiet", "--model", "averaged", input: "12\n", folder: folder))
      expectFailure(
        try runUnroll("models", "average", "runs/tiny", "--output", "averaged", folder: folder), .cannotCreate,
        mentions: "is there already")
      expectFailure(
        try runUnroll("models", "average", "runs/tiny", "--last", "4", "--output", "more", folder: folder), .badData,
        mentions: "has kept 3 checkpoints")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "more").path))
    }
  }
}
