import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll evaluate text`. The figures themselves are tested against sacreBLEU in WorkbenchTests.
struct EvaluateTextTests {
  /// Scores of sacreBLEU 2.x for these lines: `sacrebleu reference.txt -i hypotheses.txt -m bleu chrf -w 2`.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      try write("the cat sat on the mat .\nHello, world\n", "hypotheses.txt", folder)
      try write("the cat sat on a mat .\nHello world\n", "reference.txt", folder)
      try write("The Cat Sat On The Mat.\nhello, world!\n", "other.txt", folder)
      try body(folder)
    }
  }

  @Test func printsScoresAndSignatures() throws {
    try inFolder { folder in
      let outcome = try runUnroll("evaluate", "text", "hypotheses.txt", "--reference", "reference.txt", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 4)
      #expect(outcome.lines[0].hasPrefix("BLEU = \(EvaluateTextTests.bleu) "))
      #expect(outcome.lines[1] == "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp")
      #expect(outcome.lines[2] == "chrF2 = \(EvaluateTextTests.chrF)")
      #expect(outcome.lines[3] == "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no")
    }
  }

  private static let bleu = "42.73"
  private static let chrF = "67.04"

  @Test func readsStandardInputAndSeveralReferences() throws {
    try inFolder { folder in
      let outcome = try runShell(
        "unroll evaluate text - --reference reference.txt other.txt --lowercase --tokenize none < hypotheses.txt",
        folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines[1] == "nrefs:2|case:lc|eff:no|tok:none|smooth:exp")
      #expect(outcome.lines[3] == "nrefs:2|case:lc|eff:yes|nc:6|nw:0|space:no")
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try inFolder { folder in
      let outcome = try runUnroll(
        "evaluate", "text", "hypotheses.txt", "--reference", "reference.txt", "--json", folder: folder)
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "evaluate text").first)
      #expect(object["sentences"] == 2)
      #expect(object["bleu_signature"] == "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp")
    }
  }

  @Test func filesOfUnequalLength() throws {
    try inFolder { folder in
      try write("one line\n", "short.txt", folder)
      let outcome = try runUnroll(
        "evaluate", "text", "hypotheses.txt", "--reference", "reference.txt", "short.txt", folder: folder)
      expectFailure(outcome, .badData, mentions: "short.txt: has 1 lines, and hypotheses.txt has 2;")
    }
  }

  @Test func aMissingFile() throws {
    try inFolder { folder in
      let outcome = try runUnroll("evaluate", "text", "hypotheses.txt", "--reference", "none.txt", folder: folder)
      expectFailure(outcome, .noInput, mentions: "none.txt: cannot be opened: no such file or directory")
    }
  }

  @Test func anEmptyFile() throws {
    try temporaryFolder { folder in
      try write("", "empty.txt", folder)
      let outcome = try runUnroll("evaluate", "text", "empty.txt", "--reference", "empty.txt", folder: folder)
      expectFailure(outcome, .badData, mentions: "empty.txt: there is no sentence in it")
    }
  }

  @Test func aLineThatIsNotUTF8() throws {
    try inFolder { folder in
      try Data([0x61, 0x0A, 0xFF, 0x0A]).write(to: folder.appending(path: "latin.txt"))
      let outcome = try runUnroll("evaluate", "text", "latin.txt", "--reference", "reference.txt", folder: folder)
      expectFailure(outcome, .badData, mentions: "latin.txt:2: this line is not valid UTF-8; ")
    }
  }

  @Test func standardInputTwice() throws {
    expectFailure(
      try runUnroll("evaluate", "text", "-", "--reference", "-"), .usage,
      mentions: "standard input can be read only once; see 'unroll evaluate text --help'")
  }

  @Test func charactersAreNotComposed() throws {
    try temporaryFolder { folder in
      try write("cafe\u{301} noir et cafe\u{301} blanc\n", "decomposed.txt", folder)
      try write("caf\u{E9} noir et caf\u{E9} blanc\n", "composed.txt", folder)
      let outcome = try runUnroll(
        "evaluate", "text", "decomposed.txt", "--reference", "composed.txt", folder: folder)
      // sacreBLEU 2.x on the same files.
      #expect(outcome.lines.first?.hasPrefix("BLEU = 23.64 ") == true, "\(outcome.output)")
    }
  }
}
