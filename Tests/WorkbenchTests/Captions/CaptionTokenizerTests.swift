import Foundation
import TestSupport
import Testing
import Workbench

/// Words of captions against those of the tokenizer that pycocoevalcap calls.
@Suite struct CaptionTokenizerTests {
  private struct Case: Decodable {
    let caption: String
    let words: String
  }

  private func words(_ caption: String) -> String { CaptionTokenizer.treebank.words(caption).joined(separator: " ") }

  @Test func wordsAsInTheTreebank() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixture("captions").data("words.json"))
    #expect(cases.count > 20)
    for example in cases { #expect(words(example.caption) == example.words) }
  }

  /// What docs/captions.md says is different.
  @Test func differences() {
    #expect(words("Stop!!! Why??") == "stop why")
    #expect(words("John A. sits.") == "john a sits")
    #expect(words("rock 'n' roll") == "rock n roll")
    #expect(words("cafe\u{301}") == "caf\u{E9}")
    #expect(words("\u{20AC}5") == "\u{20AC} 5")
  }

  @Test func captionsThatAreWordsAlready() {
    #expect(CaptionTokenizer.none.words("  The  cat,\tsat .\u{3000}x ") == ["The", "cat,", "sat", ".", "x"])
    #expect(CaptionTokenizer.none.words("") == [] && CaptionTokenizer.treebank.words(" ... ") == [])
    // Composed and decomposed characters are equal in Swift, but not words of Python.
    #expect(CaptionTokenizer.none.words("e\u{301}")[0].unicodeScalars.count == 2)
  }
}
