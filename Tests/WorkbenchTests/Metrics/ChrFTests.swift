import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct ChrFTests {
  /// One corpus with its score by sacreBLEU.
  private struct Case: Decodable {
    struct Settings: Decodable {
      var char_order: Int?
      var word_order: Int?
      var beta: Int?
      var lowercase: Bool?
      var whitespace: Bool?
    }
    let name: String
    let hypotheses: [String]
    let references: [[String]]
    let settings: Settings
    let score: Double
    let text: String
    let signature: String

    var metric: ChrF {
      ChrF(
        characterOrder: settings.char_order ?? 6, wordOrder: settings.word_order ?? 0, beta: settings.beta ?? 2,
        lowercase: settings.lowercase ?? false, whitespace: settings.whitespace ?? false)
    }
  }

  @Test func equalToSacreBLEU() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixture("metrics").data("chrf.json"))
    #expect(cases.count > 250)
    for example in cases {
      let result = try example.metric.score(example.hypotheses, references: example.references)
      let name = "\(example.name), \(example.signature)"
      expectClose(result.score, example.score, tolerance: 1e-9, name)
      #expect(result.description == example.text, "\(name)")
      #expect(result.signature == example.signature)
    }
  }

  @Test func oneSentenceIsACorpusOfOne() throws {
    let result = try ChrF(wordOrder: 2).score(sentence: "the cat", references: ["a dog", "the cat"])
    #expect(result.score == 100)
    #expect(result.name == "chrF2++")
    #expect(result.signature == "nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no")
  }

  @Test func corporaThatCannotBeCompared() {
    expectUnrollError(.badData, mentions: "1 hypotheses, but 2 lines in reference 1") {
      try ChrF().score(["a"], references: [["a", "b"]])
    }
  }
}
