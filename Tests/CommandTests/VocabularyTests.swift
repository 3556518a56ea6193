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
      try vocabulary.write(to: folder.appending(path: "words.txt"))
      try body(folder)
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
