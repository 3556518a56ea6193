import Diagnostics
import Foundation
import TestSupport
import TextIO
import Testing

/// `unroll vocabulary`: what the vocabularies do is tested in TextIOTests.
struct VocabularyTests {
  /// Runs `body` in a folder with a word vocabulary of ids 4 and up: `the cat sat`.
  private func withWords(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let vocabulary = try WordVocabulary.build(from: ["the the the cat cat sat"])
      try Data(vocabulary.serialized).write(to: folder.appending(path: "words.txt"))
      try body(folder)
    }
  }

  @Test func buildsFromColumnsOfAFile() throws {
    try temporaryFolder { folder in
      try write("the cat\tle chat\nthe dog\tle chien\n", "pairs.tsv", folder)
      let outcome = try runUnroll(
        "vocabulary", "build", "--level", "word", "--columns", "2", "--output", "words.txt", "pairs.tsv", folder: folder
      )
      #expect(outcome.status == 0)
      #expect(outcome.output == "")
      #expect(outcome.errors == "unroll: words.txt: 7 pieces from 2 texts\n")
      let encoded = try runUnroll("vocabulary", "encode", "words.txt", input: "le chien the\n", folder: folder)
      #expect(encoded.output == "4 6 0\n")
    }
  }

  @Test func buildsASentencePieceModel() throws {
    try temporaryFolder { folder in
      let text = (0..<200).map { "sentence number \($0) of the text, not longer than \($0 * 7)\n" }.joined()
      let outcome = try runUnroll(
        "vocabulary", "build", "--type", "bpe", "--size", "60", "--output", "a.model", "--quiet", input: text,
        folder: folder)
      expectSuccess(outcome)
      #expect(try loadVocabulary(at: folder.appending(path: "a.model")).count == 60)
      // What comes back is what went in: the vocabulary covers its own text.
      let there = try runUnroll("vocabulary", "encode", "a.model", input: "sentence number 5\n", folder: folder)
      let back = try runUnroll("vocabulary", "decode", "a.model", input: there.output, folder: folder)
      #expect(back.output == "sentence number 5\n")
    }
  }

  @Test func buildingFromTooLittleText() throws {
    try temporaryFolder { folder in
      let outcome = try runUnroll(
        "vocabulary", "build", "--size", "500", "--output", "a.model", input: "one line\n", folder: folder)
      expectFailure(outcome, .badData, mentions: "the text allows at most 11 pieces, 500 were asked for; ", "--size")
    }
  }

  @Test func aColumnThatIsNotThere() throws {
    try temporaryFolder { folder in
      let build = ["vocabulary", "build", "--output", "a.model", "--columns"]
      let short = try runUnroll(
        build[0], build[1], build[2], build[3], build[4], "2", input: "a\tb\nc\n", folder: folder)
      expectFailure(
        short, .badData, mentions: "standard input:2: this line has 1 columns, and 2 are needed; separate columns")
      let none = try runUnroll(build[0], build[1], build[2], build[3], build[4], "0", folder: folder)
      expectFailure(none, .usage, mentions: "there is no column 0: columns are counted from 1")
    }
  }

  @Test func anUnwritableFolder() throws {
    try temporaryFolder { folder in
      try write("", "file", folder)
      let outcome = try runUnroll(
        "vocabulary", "build", "--level", "char", "--output", "file/a.txt", input: "text\n", folder: folder)
      expectFailure(outcome, .cannotCreate, mentions: "file/a.txt: cannot create the file: not a directory")
    }
  }

  @Test func encodesEachLine() throws {
    try withWords { folder in
      let outcome = try runUnroll("vocabulary", "encode", "words.txt", input: "the cat\n\nsat dog\n", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "4 5\n\n6 0\n")
      let pieces = try runUnroll(
        "vocabulary", "encode", "words.txt", "--pieces", input: "the cat\n\nsat dog\n", folder: folder)
      #expect(pieces.output == "the cat\n\nsat <unk>\n")
    }
  }

  @Test func decodesEachLine() throws {
    try withWords { folder in
      let outcome = try runUnroll("vocabulary", "decode", "words.txt", input: "4 5\n\n6 0 3\n", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "the cat\n\nsat ⁇\n")
    }
  }

  @Test(arguments: ["7", "-1", "cat"])
  func whatIsNoID(_ word: String) throws {
    try withWords { folder in
      let outcome = try runUnroll("vocabulary", "decode", "words.txt", input: "4\n\(word)\n", folder: folder)
      expectFailure(
        outcome, .badData, mentions: "standard input:2: '\(word)' is not an id of this vocabulary; ", "0 to 6")
    }
  }

  @Test func aVocabularyThatIsNone() throws {
    try temporaryFolder { folder in
      try write("this is no vocabulary\n", "words.txt", folder)
      let outcome = try runUnroll("vocabulary", "encode", "words.txt", folder: folder)
      expectFailure(outcome, .badData, mentions: "words.txt: cannot be loaded as a SentencePiece model")
      expectFailure(
        try runUnroll("vocabulary", "encode", "none.model", folder: folder), .noInput, mentions: "none.model: ")
    }
  }
}
