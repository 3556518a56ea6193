import Foundation
import TensorCore
import TestSupport
import Testing
import Unroll
import Workbench

/// What the library makes of settings of the search, with a model that says the same at every run.
struct SearchSettingsTests {
  private let sentences = ["where is it?", "here.", "", "what a long sentence, is it?", "here."]

  private func settings(_ change: (inout SearchSettings) -> Void) -> TranslationOptions {
    var settings = SearchSettings(nBest: 3)
    change(&settings)
    return TranslationOptions(search: settings)
  }

  @Test func rulesHold() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let plain = try translator.translate(sentences, options: settings { _ in })
      let pieces = { (translations: [Translation]) in translations.flatMap { $0.candidates.map(\.pieces) } }
      let unrepeated = try translator.translate(sentences, options: settings { $0.noRepeatNgramSize = 1 })
      #expect(pieces(unrepeated).allSatisfy { Set($0).count == $0.count })
      #expect(!pieces(plain).allSatisfy { Set($0).count == $0.count })
      let long = try translator.translate(["it"], options: settings { ($0.minimumLength, $0.maximumLength) = (15, 17) })
      #expect(long[0].candidates.allSatisfy { (15...17).contains($0.text.count) })
      // More than the model's own limit, and less than its least.
      #expect(try translator.translate(["it"], options: settings { $0.minimumLength = 14 })[0].text.count >= 14)
      let known = try translator.translate(sentences, options: settings { $0.forbidsUnknown = true })
      #expect(pieces(known).allSatisfy { !$0.contains("<unk>") })
      let penalized = try translator.translate(sentences, options: settings { $0.repetitionPenalty = 1.5 })
      let covered = try translator.translate(sentences, options: settings { $0.coveragePenalty = 1 })
      let average = try translator.translate(sentences, options: settings { $0.lengthPenalty = .average })
      for other in [penalized, covered, average] {
        #expect(other.map { $0.candidates.map(\.score) } != plain.map { $0.candidates.map(\.score) })
      }
      for candidate in zip(sentences, plain).filter({ !$0.0.isEmpty }).flatMap(\.1.candidates) {
        let sum = candidate.pieceLogProbabilities.reduce(0, +)
        #expect(abs(sum - candidate.logProbability) < 1e-4)
        #expect(candidate.pieces.count == candidate.pieceLogProbabilities.count)
        #expect((candidate.pieces.last == "</s>") == candidate.isComplete)
        #expect(candidate.attention == nil)
      }
    }
  }

  @Test func samplesDependOnTheSentenceAndTheSeed() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let sampled = { (seed: UInt64, sentences: [String]) in
        try translator.translate(
          sentences, options: settings { $0.sampling = SamplingSettings(topK: 8, seed: seed) }
        ).map { $0.candidates.map(\.text) }
      }
      let together = try sampled(5, sentences)
      #expect(together[1] == together[4] && together[2] == [""])
      for (sentence, texts) in zip(sentences, together) {
        #expect(try sampled(5, [sentence]) == [texts])
        #expect(sentence.isEmpty || texts.count == 3)
      }
      #expect(Set(together[0]).count > 1)
      #expect(try sampled(6, sentences) != together)
      // More samples than the beam is wide.
      let many = try translator.translate(
        ["it"], options: settings { ($0.nBest, $0.sampling) = (30, SamplingSettings()) })
      #expect(many[0].candidates.count == 30)
      let coldest = try translator.translate(
        sentences, options: settings { ($0.nBest, $0.sampling) = (1, SamplingSettings(topK: 1)) })
      let greedy = try translator.translate(sentences, options: TranslationOptions(beamSize: 1))
      #expect(coldest.map(\.text) == greedy.map(\.text))
    }
  }

  @Test func prefixesAndAlternatives() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let prefixes = ["ab", "", "c", "mm", "b"]
      let forced = try translator.translate(sentences, prefixes: prefixes, options: settings { _ in })
      for (prefix, translation) in zip(prefixes, forced) where !translation.text.isEmpty {
        #expect(translation.candidates.allSatisfy { $0.text.hasPrefix(prefix) })
      }
      #expect(forced[2].text == "")
      let free = try translator.translate(["here."], options: settings { _ in })[0]
      #expect(forced[1].candidates.map(\.text) == free.candidates.map(\.text))
      var options = TranslationOptions(search: .init(), alternatives: 4)
      let others = try translator.translate(sentences, prefixes: prefixes, options: options)
      for (prefix, translation) in zip(prefixes, others) where !translation.text.isEmpty {
        let next = translation.candidates.map { $0.pieces[prefix.count] }
        #expect(next.count == 4 && Set(next).count == 4)
        let scores = translation.candidates.map { $0.pieceLogProbabilities[prefix.count] }
        #expect(scores == scores.sorted(by: >))
        #expect(translation.candidates.allSatisfy { $0.text.hasPrefix(prefix) })
      }
      expectUnrollError(.usage, mentions: "the model cannot write all of the prefix \"z\"") {
        try translator.translate(["it"], prefixes: ["z"])
      }
      expectUnrollError(.usage, mentions: "2 prefixes for 1 texts") {
        try translator.translate(["it"], prefixes: ["a", "b"])
      }
      options.search.sampling = SamplingSettings()
      expectUnrollError(.usage, mentions: "alternatives are the best ones") {
        try translator.translate(["it"], options: options)
      }
    }
  }

  @Test func modelsTogether() throws {
    try TinyModel.with { model in
      let other = TinyModel(folder: model.workplace.appending(path: "other"))
      try other.make(seed: 4) { $0.model.cell = .lstm }
      let alone = try Translator(model: model.folder).translate(sentences)
      let twice = try Translator(models: [model.folder, model.folder]).translate(sentences)
      #expect(twice.map(\.text) == alone.map(\.text))
      let both = try Translator(models: [model.folder, other.folder]).translate(sentences)
      #expect(both.map(\.score) != alone.map(\.score))
      let words = TinyModel(folder: model.workplace.appending(path: "words"))
      try words.make(words: true)
      expectUnrollError(.usage, mentions: "words: its source vocabulary is not the one of") {
        try Translator(models: [model.folder, words.folder])
      }
      try other.make { $0.model.reverseSource = true }
      expectUnrollError(.usage, mentions: "from the other end") {
        try Translator(models: [model.folder, other.folder])
      }
      expectUnrollError(.usage, mentions: "no model is named") { try Translator(models: []) }
    }
  }

  @Test(arguments: [false, true]) func unknownWordsBecomeThoseOfTheSource(reversed: Bool) throws {
    try TinyModel.with { model in
      try model.make(words: true) { $0.model.reverseSource = reversed }
      let translator = try Translator(model: model.folder)
      let sentences = ["where is Tom", "the cat", "Anna  saw the\tcat"]
      var options = TranslationOptions(search: SearchSettings(nBest: 5), keepsAttention: true, splitsSentences: false)
      let plain = try translator.translate(sentences, options: options)
      options.replacesUnknown = true
      let replaced = try translator.translate(sentences, options: options)
      var seen = Set<String>()
      for (sentence, (before, after)) in zip(sentences, zip(plain, replaced)) {
        let words = sentence.split(whereSeparator: \.isWhitespace).map { String($0) }
        #expect(after.sourcePieces.count == words.count + 1)
        for (one, other) in zip(before.candidates, after.candidates) {
          #expect(one.pieces == other.pieces && one.attention == other.attention)
          let attention = try #require(one.attention)
          let expected = zip(one.pieces, attention).filter { $0.0 != "</s>" }.map { piece, row in
            guard piece == "<unk>" else { return piece }
            let word = words[words.indices.max { row[$0] < row[$1] } ?? 0]
            seen.insert(word)
            return word
          }
          #expect(other.text == expected.joined(separator: " "))
          #expect(one.text.contains("⁇") == one.pieces.contains("<unk>") && !other.text.contains("⁇"))
        }
      }
      #expect(seen.count > (reversed ? 0 : 2))
      options.search.forbidsUnknown = true
      expectUnrollError(.usage, mentions: "unknown words are forbidden") {
        try translator.translate(sentences, options: options)
      }
      // What the model says gives way to what is asked for.
      try model.make(words: true) { $0.search.replacesUnknown = true }
      let willing = try Translator(model: model.folder)
      #expect(!(try willing.translate("Tom Tom Tom").contains("⁇")))
      let forbidden = try willing.translate(["Tom"], options: settings { $0.forbidsUnknown = true })
      #expect(!forbidden[0].candidates.contains { $0.pieces.contains("<unk>") })
    }
  }

  @Test func whatNeedsAttention() throws {
    try TinyModel.with { model in
      try model.make { ($0.model.attention, $0.model.cell) = (.none, .gru) }
      let translator = try Translator(model: model.folder)
      for options in [
        settings { $0.coveragePenalty = 0.1 }, TranslationOptions(search: .init(), keepsAttention: true),
      ] {
        expectUnrollError(.usage, mentions: "the model has no attention") {
          try translator.translate(["it"], options: options)
        }
      }
      try model.make()
      expectUnrollError(.usage, mentions: "parts of words") {
        try Translator(model: model.folder).translate(
          ["it"], options: TranslationOptions(search: .init(), replacesUnknown: true))
      }
    }
  }

  @Test func numbersOutOfBounds() throws {
    try TinyModel.with { model in
      let translator = try Translator(model: model.folder)
      let cases: [(String, (inout SearchSettings) -> Void)] = [
        ("alpha: -1", { $0.alpha = -1 }), ("coverage_penalty: -0.5", { $0.coveragePenalty = -0.5 }),
        ("min_length: -1", { $0.minimumLength = -1 }), ("max_length: 0", { $0.maximumLength = 0 }),
        ("max_length_ratio: 0", { $0.maximumLengthRatio = 0 }),
        ("min_length: 9 is more than max_length", { ($0.minimumLength, $0.maximumLength) = (9, 8) }),
        ("no_repeat_ngram_size: -1", { $0.noRepeatNgramSize = -1 }),
        ("repetition_penalty: 0", { $0.repetitionPenalty = 0 }),
        ("repetition_penalty: expected a number", { $0.repetitionPenalty = .nan }),
        ("temperature: 0", { $0.sampling = SamplingSettings(temperature: 0) }),
        ("min_length: 9223372036854775807 is out of range", { $0.minimumLength = .max }),
        ("9223372036854775807 translations", { $0.nBest = .max }),
        ("top_k: 9223372036854775807 is out of range", { $0.sampling = SamplingSettings(topK: .max) }),
        ("top_k: -1", { $0.sampling = SamplingSettings(topK: -1) }),
        ("top_p: 1.5", { $0.sampling = SamplingSettings(topP: 1.5) }),
      ]
      for (message, change) in cases {
        expectUnrollError(.usage, mentions: message) { try translator.translate(["it"], options: settings(change)) }
      }
    }
  }
}
