import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO

@Suite struct WordVocabularyTests {
  private let lines = ["the cat saw the dog", "the dog  ran", "\ta cat\u{00A0}and</s> </s> <unk>"]

  @Test func mostFrequentFirstThenByCodePoint() throws {
    let words = try WordVocabulary.build(from: lines)
    #expect(words.special == SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3))
    // the 3; cat, dog 2; the others once. Words spelt like special pieces are left out.
    #expect(
      (0..<words.count).map(words.piece) == [
        "<unk>", "<pad>", "<s>", "</s>", "the", "cat", "dog", "a", "and</s>", "ran", "saw",
      ])
  }

  @Test func minimumFrequencyAndMaximumSize() throws {
    let frequent = try WordVocabulary.build(from: lines, minimumFrequency: 2)
    #expect((4..<frequent.count).map(frequent.piece) == ["the", "cat", "dog"])
    let small = try WordVocabulary.build(from: lines, maximumSize: 6)
    #expect((4..<small.count).map(small.piece) == ["the", "cat"])
    expectUnrollError(.usage, mentions: "at most 4 pieces", "special") {
      try WordVocabulary.build(from: lines, maximumSize: 4)
    }
  }

  @Test func encodesAndDecodes() throws {
    let words = try WordVocabulary.build(from: lines)
    #expect(words.encode(" the\u{3000}cat  flew ") == [4, 5, 0])
    #expect(words.encode("") == [] && words.encode(" \t") == [])
    #expect(words.decode([2, 4, 5, 0, 3, 1]) == "the cat ⁇")
    #expect(words.decode([-1, 999]) == "⁇ ⁇" && words.piece(999) == "<unk>" && words.piece(-1) == "<unk>")
    // Text cannot reach a special piece.
    #expect(words.encode("</s> <pad> <s>") == [0, 0, 0])
  }

  @Test func decomposedTextFindsComposedWords() throws {
    let words = try WordVocabulary.build(from: ["cafe\u{301}"])
    #expect(Array(words.piece(4).unicodeScalars) == ["c", "a", "f", "\u{E9}"])
    #expect(words.encode("caf\u{E9} cafe\u{301}") == [4, 4])
  }
}

@Suite struct CharacterVocabularyTests {
  @Test func piecesAreScalars() throws {
    let characters = try CharacterVocabulary.build(from: ["aab e\u{301}👍🏽", "a"])
    #expect(
      (4..<characters.count).map(characters.piece) == ["a", " ", "b", "\u{E9}", "\u{1F3FD}", "\u{1F44D}"])
    #expect(characters.encode("ab \u{E9}e\u{301}z👍") == [4, 6, 5, 7, 7, 0, 9])
    #expect(characters.decode([2, 4, 6, 5, 0, 9, 8, 3, 1, 99]) == "ab ⁇👍🏽⁇")
    #expect(characters.encode("<s>").allSatisfy { $0 == 0 })
  }

  @Test func minimumFrequencyAndMaximumSize() throws {
    let characters = try CharacterVocabulary.build(from: ["aaabbc"], minimumFrequency: 2, maximumSize: 5)
    #expect(characters.count == 5 && characters.piece(4) == "a")
    expectUnrollError(.usage, mentions: "at most 0 pieces") {
      try CharacterVocabulary.build(from: ["a"], maximumSize: 0)
    }
  }
}

@Suite struct VocabularyFileTests {
  private func load(_ text: String) throws -> any Vocabulary {
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("some.vocab")
      try Data(text.utf8).write(to: file)
      return try loadVocabulary(at: file)
    }
  }

  private let specials = "<unk>\n<pad>\n<s>\n</s>\n"

  @Test func everyKindComesBack() throws {
    let strange = ["a\\b c", "tab\tcarriage\rfeed\n", "é 车 👍🏽 \u{2028}\u{0}", "s\\s"]
    let kinds: [any Vocabulary] = [
      try WordVocabulary.build(from: strange), try CharacterVocabulary.build(from: strange),
      try SentencePieceVocabulary(contentsOf: fixture("bpe.model")),
    ]
    for original in kinds {
      try temporaryFolder { folder in
        let file = folder.appendingPathComponent("vocabulary")
        try Data(original.serialized).write(to: file)
        let loaded = try loadVocabulary(at: file)
        #expect(type(of: loaded) == type(of: original))
        #expect(loaded.count == original.count && loaded.special == original.special)
        let same = (0..<original.count).allSatisfy { Array(loaded.piece($0).utf8) == Array(original.piece($0).utf8) }
        #expect(same)
        for text in strange { #expect(loaded.encode(text) == original.encode(text)) }
      }
    }
  }

  @Test func idsComeFromTheFile() throws {
    let words = try load("unroll vocabulary word 1\nhello\n</s>\n<s>\n<pad>\nworld\n<unk>\n")
    #expect(words.special == SpecialPieces(pad: 3, unknown: 5, begin: 2, end: 1))
    #expect(words.encode("world hello there") == [4, 0, 5])
    // The last line may come without its line feed.
    #expect(try load("unroll vocabulary char 1\n\(specials)x\n\\s").encode("x x") == [4, 5, 4])
  }

  @Test func filesThatBreakTheRules() {
    let word = "unroll vocabulary word 1\n"
    func expect(_ text: String, _ line: String, _ what: String) {
      expectUnrollError(.badData, mentions: "some.vocab\(line): ", what) { try load(text) }
    }
    expect("unroll vocabulary word 2\n", ":1", "format version 2, and this build reads up to 1; use a newer build")
    expect("unroll vocabulary word\n", ":1", "header of a vocabulary is missing")
    expect("unroll vocabulary subword 1\n", ":1", "must read \"unroll vocabulary word 1\"")
    expect("unroll vocabulary word 0\n", ":1", "header")
    expect(word + "a\n\nb\n", ":3", "this piece is empty")
    expect(word + "a\nb\\x\n", ":3", "wrong escape; write space")
    expect(word + "a\nb\\\n", ":3", "wrong escape")
    expect(word + "a\nb\na\n", ":4", "stands on line 2 already")
    expect(word + "a\n<unk>\n<s>\n</s>\n", "", "special piece <pad> is missing")
    expect("unroll vocabulary char 1\n\(specials)ab\n", ":6", "more than one character")
    expect("<pad>\n<unk>\n", "", "not a SentencePiece model")
    expectUnrollError(.badData, mentions: "some.vocab:2: ", "not valid UTF-8") {
      try temporaryFolder { folder in
        let file = folder.appendingPathComponent("some.vocab")
        try Data(Array(word.utf8) + [0xFF, 0x0A]).write(to: file)
        return try loadVocabulary(at: file)
      }
    }
  }

  @Test func filesThatCannotBeRead() throws {
    try temporaryFolder { folder in
      let missing = folder.appendingPathComponent("none.model")
      expectUnrollError(.noInput, mentions: "none.model: ", "no such file") { try loadVocabulary(at: missing) }
      expectUnrollError(.noInput, mentions: "folder") { try loadVocabulary(at: folder) }
    }
  }
}
