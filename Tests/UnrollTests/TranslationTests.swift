import Foundation
import TestSupport
import Testing
import TextIO
import Unroll

/// What the library makes of sentences, with a model that says the same at every run.
struct TranslationTests {
  @Test func aSentenceAloneAndAmongOthers() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      #expect(translator.sourceLanguage == "en" && translator.targetLanguage == "fr")
      let sentences = ["where is it?", "", "here.", " \t", "there"]
      let translations = try translator.translate(sentences)
      #expect(translations.map(\.text.isEmpty) == [false, true, false, true, false])
      #expect(try sentences.map { try translator.translate($0) } == translations.map(\.text))
      #expect(translations.allSatisfy { $0.alternatives.isEmpty })
      #expect(try translator.translate([]).isEmpty)
    }
  }

  @Test func alternativesComeBestFirst() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let translation = try #require(
        try translator.translate(["where is it?"], options: TranslationOptions(beamSize: 6, nBest: 4)).first)
      #expect(translation.candidates.count == 4)
      #expect(translation.alternatives.count == 3)
      let scores = translation.candidates.map(\.score)
      #expect(scores == scores.sorted(by: >) && translation.score == scores[0])
      #expect(Set(translation.candidates.map(\.text)).count == 4)
      #expect(translation.candidates.allSatisfy { $0.logProbability < 0 })
      // A beam that was not asked for is wide enough.
      #expect(try translator.translate(["it"], options: TranslationOptions(nBest: 20))[0].candidates.count == 20)
    }
  }

  @Test func optionsThatMakeNoSense() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      for options in [
        TranslationOptions(beamSize: 0), TranslationOptions(beamSize: 1001), TranslationOptions(nBest: 0),
        TranslationOptions(beamSize: 2, nBest: 3), TranslationOptions(nBest: 1001),
      ] {
        expectUnrollError(.usage, mentions: "choose a number from 1 to") {
          try translator.translate(["it"], options: options)
        }
      }
    }
  }

  @Test func composedAndDecomposedTextAreTheSame() throws {
    try TinyModel.with { model in
      // A vocabulary that leaves composing to others.
      var training = SentencePieceTraining(vocabularySize: 20)
      training.modelType = .bpe
      training.normalizationRuleName = "identity"
      let pieces = try SentencePieceVocabulary.train(on: ["caf\u{E9} cafe fac efac", "caf\u{E9} cafe"], training)
      #expect(pieces.encode("caf\u{E9}") != pieces.encode("cafe\u{301}"))
      try model.make(source: pieces)
      let translator = try Translator(model: model.folder)
      let composed = try translator.translate(["caf\u{E9}"])
      #expect(try translator.translate(["cafe\u{301}"]) == composed)
      #expect(try translator.translate(["cafe"]) != composed)
    }
  }

  @Test func severalThreadsTakeTurns() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "unroll-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try TinyModel(folder: folder.appending(path: "tiny")).make()
    let translator = try Translator(model: folder.appending(path: "tiny"))
    let sentences = (0..<24).map { "sentence " + String(repeating: "a", count: $0) }
    let expected = try translator.translate(sentences).map(\.text)
    let found = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for (index, sentence) in sentences.enumerated() {
        group.addTask { (index, try translator.translate(sentence)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(sentences.indices.map { found[$0] } == expected)
  }
}
