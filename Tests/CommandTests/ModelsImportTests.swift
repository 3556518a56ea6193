import Diagnostics
import Foundation
import TestSupport
import Testing

/// `unroll models import`; what it makes is in the tests of Workbench.
struct ModelsImportTests {
  private static let recipe = """
    task: translate
    name: tiny
    data: {train: train.tsv, valid: train.tsv, source: {language: a}, target: {language: b}, level: char}
    model: {cell: gru, layers: 1, hidden_size: 8, embedding_size: 4}
    training: {steps: 4, epochs: null, threads: 1}

    """

  /// Our own weights are a file of tensors like any other.
  private static let mapping = """
    task: translate
    model: {cell: gru, layers: 1, hidden_size: 8, embedding_size: 4}
    source: {language: a, vocabulary: source.vocab}
    target: {language: b, vocabulary: target.vocab}
    tensors: {encoder: encoder, decoder: decoder}

    """

  @Test func makesAModelThatTranslates() throws {
    try temporaryFolder { folder in
      try write("12\t21\n123\t321\n34\t43\n", "train.tsv", folder)
      try write(Self.recipe, "recipe.yaml", folder)
      try write(Self.mapping, "net.yaml", folder)
      expectSuccess(try runUnroll("train", "recipe.yaml", "--quiet", folder: folder))
      let weights = "runs/tiny/model/weights.safetensors"
      let outcome = try runUnroll(
        "models", "import", weights, "--mapping", "net.yaml", "--source", "runs/tiny/model", "--output", "imported",
        folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "imported\n")
      let lines = "12\n34\n\n1234\n"
      let ours = try runUnroll("translate", "--json", "--quiet", "--model", "runs/tiny", input: lines, folder: folder)
      let imported = try runUnroll(
        "translate", "--json", "--quiet", "--model", "imported", input: lines, folder: folder)
      expectSuccess(imported)
      #expect(imported.output == ours.output)
      let half = try runUnroll(
        "models", "import", weights, "--mapping", "net.yaml", "--source", "runs/tiny/model", "--half", "--output",
        "half",
        folder: folder)
      expectSuccess(half)
      let sizes = try ["imported", "half"].map { try size("\($0)/weights.safetensors", folder) }
      #expect(sizes[1] < sizes[0])
      expectFailure(
        try runUnroll("models", "import", weights, "--mapping", "net.yaml", "--output", "imported", folder: folder),
        .cannotCreate, mentions: "imported: is there already")
      // Without --source the vocabularies lie beside the mapping.
      expectFailure(
        try runUnroll("models", "import", weights, "--mapping", "net.yaml", "--output", "more", folder: folder),
        .noInput, mentions: "source.vocab")
      try write(Self.mapping.replacing("encoder: encoder", with: "encoder: reader"), "wrong.yaml", folder)
      expectFailure(
        try runUnroll(
          "models", "import", weights, "--mapping", "wrong.yaml", "--source", "runs/tiny/model", "--output", "more",
          folder: folder), .badData, mentions: "wrong.yaml:5: tensors.encoder:",
        "has no tensor 'reader.embedding.weight'")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "more").path))
    }
  }

  private func size(_ file: String, _ folder: URL) throws -> Int {
    try Data(contentsOf: folder.appending(path: file)).count
  }
}
