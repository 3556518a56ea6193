import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll inspect`.
struct InspectTests {
  @Test func saysWhatTheModelIs() throws {
    try TinyModel.with { model in
      let outcome = try runUnroll("inspect", "models/tiny", folder: model.workplace)
      expectSuccess(outcome)
      let rows = outcome.lines.map { ($0.prefix { $0 != " " }, $0.dropFirst(12)) }
      func row(_ name: String) -> String? { rows.first { $0.0 == name }.map { String($0.1) } }
      #expect(row("model") == "tiny, translates en to fr")
      #expect(row("network")?.contains("cell gru, layers 1, hidden_size 8, embedding_size 4") == true)
      #expect(row("parameters")?.hasSuffix(", stored as F32") == true || row("parameters")?.hasSuffix("F16") == true)
      #expect(row("source") == "en, 34 pieces of level char in source.vocab")
      #expect(row("target") == "fr, 17 pieces of level char in target.vocab")
      #expect(row("search")?.contains("beam_size 5") == true)
      #expect(row("made") == "2026-01-02 by unroll 0.1.0, recipe tiny, seed 3, 0 steps")
      #expect(row("score") == "valid_bleu 0.5")
      #expect(row("data")?.hasPrefix("train.tsv, 0 bytes, sha256 e3b0c44298fc1c149afbf4c8996fb924") == true)
      let files = rows.filter { $0.0 == "file" }.map(\.1)
      #expect(files.count == 3 && files.allSatisfy { $0.hasSuffix(", verified") })
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try TinyModel.with { model in
      let outcome = try runUnroll("inspect", model.folder.path, "--json")
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "inspect", "a model that translates").first)
      #expect(object["source"]?["pieces"] == nil)
      #expect(object["source"]?["vocabulary_size"] == 34)
      #expect(object["model"]?["cell"] == "gru")
      #expect(object["provenance"]?["scores"]?["valid_bleu"] == 0.5)
    }
  }

  @Test func everyParameterIsCounted() throws {
    try TinyModel.with { model in
      let outcome = try runUnroll("inspect", model.folder.path, "--json")
      let counted = try #require(
        try expectDocumentedKeys(outcome, "inspect", "a model that translates").first?["parameters"])
      let weights = try SafetensorsFile(contentsOf: model.folder.appending(path: "weights.safetensors"))
      #expect(counted == .integer(try weights.names.reduce(0) { try $0 + weights.floats($1).count }))
    }
  }

  @Test func aDamagedModel() throws {
    try TinyModel.with { model in
      try model.change("source.vocab") { $0.append(0x0A) }
      expectFailure(try runUnroll("inspect", model.folder.path), .badData, mentions: "tiny/source.vocab: changed: ")
    }
  }
}
