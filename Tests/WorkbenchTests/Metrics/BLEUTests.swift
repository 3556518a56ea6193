import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct BLEUTests {
  /// One corpus with its score by sacreBLEU.
  private struct Case: Decodable {
    struct Settings: Decodable {
      var lowercase: Bool?
      var tokenize: String?
      var smooth_method: String?
      var smooth_value: Double?
      var effective_order: Bool?
    }
    let name: String
    let hypotheses: [String]
    let references: [[String]]
    let settings: Settings
    let score: Double
    let precisions: [Double]
    let brevity: Double
    let lengths: [Int]
    let text: String
    let signature: String

    func metric() throws -> BLEU {
      let smoothing: BLEU.Smoothing =
        switch settings.smooth_method {
        case "none": .none
        case "floor": .floor(settings.smooth_value ?? 0.1)
        case "add-k": .addK(settings.smooth_value ?? 1)
        default: .exponential
        }
      return BLEU(
        lowercase: settings.lowercase ?? false,
        tokenizer: try #require(BLEUTokenizer(rawValue: settings.tokenize ?? "13a")), smoothing: smoothing,
        effectiveOrder: settings.effective_order ?? false)
    }
  }

  @Test func equalToSacreBLEU() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixture("metrics").data("bleu.json"))
    #expect(cases.count > 300)
    for example in cases {
      let result = try example.metric().score(example.hypotheses, references: example.references)
      let name = "\(example.name), \(example.signature)"
      expectClose(result.score, example.score, tolerance: 1e-9, name)
      expectClose(result.precisions, example.precisions, tolerance: 1e-9, name)
      expectClose(result.brevityPenalty, example.brevity, tolerance: 1e-12, name)
      #expect([result.hypothesisLength, result.referenceLength] == example.lengths, "\(name)")
      #expect(result.description == example.text, "\(name)")
      #expect(result.signature == example.signature)
    }
  }

  @Test func oneSentenceIsACorpusOfOne() throws {
    let metric = BLEU(effectiveOrder: true)
    let sentence = try metric.score(sentence: "the cat sat", references: ["the cat sat", "a cat sat down"])
    #expect(sentence.score > 99.9)
    #expect(
      try sentence == metric.score(["the cat sat"], references: [["the cat sat"], ["a cat sat down"]]))
    #expect(sentence.signature == "nrefs:2|case:mixed|eff:yes|tok:13a|smooth:exp")
  }

  @Test func corporaThatCannotBeCompared() {
    expectUnrollError(.badData, mentions: "2 hypotheses, but 1 lines in reference 2") {
      try BLEU().score(["a", "b"], references: [["a", "b"], ["a"]])
    }
    expectUnrollError(.badData, mentions: "no sentences") { try BLEU().score([], references: [[]]) }
    expectUnrollError(.badData, mentions: "no reference") { try BLEU().score(["a"], references: []) }
  }
}
