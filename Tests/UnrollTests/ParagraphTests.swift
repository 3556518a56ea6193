import Foundation
import TensorCore
import TestSupport
import Testing
import Unroll

/// Texts of several sentences, with a model that says the same at every run.
struct ParagraphTests {
  private let text = "  where is it?\there.   a cat. "
  private let sentences = ["where is it?", "here.", "a cat."]

  @Test func sentencesAreTranslatedAloneAndTheBlanksStay() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let alone = try sentences.map { try translator.translate($0) }
      #expect(try translator.translate(text) == "  \(alone[0])\t\(alone[1])   \(alone[2]) ")
      let found = try translator.translate([text, "here.", " "])
      #expect(found.map(\.sentences.count) == [3, 0, 0])
      #expect(found[0].sentences.map(\.source) == sentences)
      #expect(found[0].sentences.map(\.candidates[0].text) == alone && found[1].text == alone[1] && found[2].text == "")
      let parts = found[0].sentences.map(\.candidates[0])
      #expect(found[0].candidates[0].pieces == parts.flatMap(\.pieces))
      #expect(found[0].candidates[0].pieceLogProbabilities == parts.flatMap(\.pieceLogProbabilities))
      #expect(abs(found[0].score - parts.reduce(0) { $0 + $1.score }) < 1e-4)
      #expect(abs(found[0].candidates[0].logProbability - parts.reduce(0) { $0 + $1.logProbability }) < 1e-4)
      // The blanks of a single sentence stay, too.
      #expect(try translator.translate(" here. ") == " \(alone[1]) ")
    }
  }

  @Test func withoutSplittingATextIsOneSentence() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let options = TranslationOptions(search: SearchSettings(), splitsSentences: false)
      let whole = try translator.translate([text, "here."], options: options)
      #expect(whole[0].sentences.isEmpty)
      #expect(whole[0].text != (try translator.translate(text)))
      #expect(whole[1] == (try translator.translate(["here."]))[0])
      let long = try translator.translate([String(repeating: "word ", count: 300)], options: options)[0]
      #expect(long.isSourceCut && long.dividedSentences == 0 && !long.candidates[0].isComplete)
      #expect(
        long.text
          == (try translator.translate([String(repeating: "word ", count: 200)], options: options))[0].text)
    }
  }

  @Test func manyTranslationsAreCombined() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let best = try translator.translate([text], options: TranslationOptions(nBest: 4))[0]
      #expect(best.candidates.count == 4 && Set(best.candidates.map(\.text)).count == 4)
      #expect(best.text == (try translator.translate(text)))
      // All 64 combinations, as one would add them up.
      let lists = best.sentences.map { $0.candidates.map(\.score) }
      let all = lists[0].flatMap { a in lists[1].flatMap { b in lists[2].map { a + b + $0 } } }.sorted(by: >)
      #expect(lists.allSatisfy { $0.count == 4 })
      for (found, expected) in zip(best.candidates, all) { #expect(abs(found.score - expected) < 1e-4) }

      let samples = SearchSettings(nBest: 3, sampling: SamplingSettings(seed: 5))
      let drawn = try translator.translate([text, sentences[2]], options: TranslationOptions(search: samples))
      for (number, sample) in drawn[0].candidates.enumerated() {
        let texts = drawn[0].sentences.map { $0.candidates[number].text }
        #expect(sample.text == "  \(texts[0])\t\(texts[1])   \(texts[2]) ")
      }
      #expect(drawn[0].sentences[2].candidates == drawn[1].candidates)

      let next = TranslationOptions(search: SearchSettings(), alternatives: 3)
      let alternatives = try translator.translate([text, sentences[0], " "], options: next)
      let rest = try sentences.dropFirst().map { try translator.translate($0) }
      #expect(
        alternatives[0].candidates.map(\.text)
          == alternatives[1].candidates.map { "  \($0.text)\t\(rest[0])   \(rest[1]) " })
      #expect(alternatives[0].candidates.count == 3 && alternatives[2].candidates.map(\.text) == [""])
    }
  }

  @Test func aPrefixBeginsTheFirstSentence() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let found = try translator.translate([text, text, text], prefixes: ["ab", "", "c"])
      let rest = try sentences.map { try translator.translate($0) }
      #expect(found[0].text.hasPrefix("  ab") && found[0].text.hasSuffix("\t\(rest[1])   \(rest[2]) "))
      #expect(found[1].text == (try translator.translate(text)) && found[2].text.hasPrefix("  c"))
      #expect(
        found[0].sentences[0].candidates
          == (try translator.translate([sentences[0]], prefixes: ["ab"]))[0].candidates)
    }
  }

  @Test func eachSentenceHasItsAttention() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let options = TranslationOptions(search: SearchSettings(), keepsAttention: true)
      let found = try translator.translate([text], options: options)[0]
      #expect(found.sourcePieces.isEmpty && found.candidates[0].attention == nil)
      for sentence in found.sentences {
        #expect(sentence.sourcePieces.count == sentence.source.count + 1 && sentence.sourcePieces.last == "</s>")
        let rows = try #require(sentence.candidates[0].attention)
        #expect(rows.count == sentence.candidates[0].pieces.count)
        #expect(rows.allSatisfy { $0.count == sentence.sourcePieces.count })
      }
    }
  }

  @Test func aLongSentenceIsDivided() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      // The tiny model takes fifty characters.
      let parts = ["the quick brown fox jumps over a lazy dog,", "and the dog sleeps."]
      let found = try translator.translate([parts.joined(separator: "  "), parts[0]])
      #expect(found.map(\.dividedSentences) == [1, 0] && !found[0].isSourceCut)
      #expect(found[0].sentences.map(\.source) == parts)
      #expect(found[0].text == (try parts.map { try translator.translate($0) }.joined(separator: "  ")))
      var options = TranslationOptions()
      options.maximumSourceLength = 25
      let shorter = try translator.translate([parts[0]], options: options)[0]
      #expect(shorter.sentences.map(\.source) == ["the quick brown fox", "jumps over a lazy dog,"])
      let word = String(repeating: "ab", count: 30)
      let cut = try translator.translate(["it \(word) is", "it \(word.prefix(50)) is"])
      #expect(cut[0].isSourceCut && !cut[0].candidates[0].isComplete && !cut[1].isSourceCut)
      #expect(cut[0].text == cut[1].text)
    }
  }

  /// Where the model says nothing, a unit that is a character is not as long a thing as a piece of several.
  @Test func charactersMayBeMore() throws {
    let sentence = "the quick brown fox jumps over a lazy dog, and the dog sleeps."  // 62 characters
    func divided(_ longest: Int?) throws -> Int? {
      var count: Int?
      try TinyModel.with { model in
        let text = try String(contentsOf: model.folder.appending(path: "model.yaml"), encoding: .utf8)
        let said = "max_source_length: \(longest.map(String.init) ?? "null")"
        try Data(text.replacing("max_source_length: 50", with: said).utf8)
          .write(to: model.folder.appending(path: "model.yaml"))
        count = try Translator(model: model.folder).translate([sentence])[0].dividedSentences
      }
      return count
    }
    #expect(try [divided(nil), divided(50), divided(100)] == [0, 1, 0])
  }

  @Test func theBestCombinationsAreThoseOfAllCombinations() {
    var random = SplitMix(seed: 4)
    for count in [1, 2, 7, 40] {
      for lists in [1, 2, 4] {
        // Halves, so that sums are exact and some are equal.
        let scores = (0..<lists).map { _ in
          (0...Int(random.next() % 5)).map { _ in -Float(random.next() % 20) / 2 }.sorted(by: >)
        }
        var all: [[Int]] = [[]]
        for list in scores { all = all.flatMap { way in list.indices.map { way + [$0] } } }
        let sum = { (way: [Int]) in zip(scores, way).reduce(Float(0)) { $0 + $1.0[$1.1] } }
        let found = bestCombinations(scores, count: count)
        #expect(found.map(sum) == Array(all.map(sum).sorted(by: >).prefix(count)))
        #expect(Set(found).count == found.count)
      }
    }
    #expect(bestCombinations([[0, -1], [0, -1]], count: 4) == [[0, 0], [0, 1], [1, 0], [1, 1]])
  }
}
