import Foundation
import TensorCore
import TestSupport
import Testing
import TextIO

struct SentenceSplitterTests {
  /// The sentences of a text with ` | ` between them.
  private func split(_ text: String, _ language: String = "en") -> String {
    SentenceSplitter(language: language).split(text).sentences.joined(separator: " | ")
  }

  @Test func sentencesAreThoseOfPySBD() throws {
    let rows = String(decoding: try Fixture("sentences").data("pysbd.tsv"), as: UTF8.self).split(separator: "\n")
    #expect(rows.count > 60)
    for row in rows {
      let cells = row.components(separatedBy: "\t")
      let separator = ["zh", "ja"].contains(cells[0]) ? "" : " "
      let line = cells.dropFirst().joined(separator: separator)
      #expect(split(line, cells[0]) == cells.dropFirst().joined(separator: " | "), "\(cells[0])")
    }
  }

  @Test(arguments: [
    ("fr", "Voir p. 5 et fig. 3. | L'auteur le dit."),
    ("fr", "Le Dr. Martin et M. Roux arrivent à 15.30 h. | Ils sont en retard, p.ex. de 5 min."),
    ("fr", "« Bonjour ! » | Il partit. | « Où ? »"), ("fr", "L'art. 3 dit non. | J'ai lu l'art. 5."),
    ("de", "Er mag Äpfel, Birnen usw. | Das ist gut."), ("de", "Siehe S. 5 und Abb. 3. | Dort steht alles."),
    ("de", "„Was ist los?“ | Er schwieg, z. B. die Katze und z. B. Berlin."),
    ("de", "Am 3. Oktober kam er. | Er kam am 3. | Die anderen nicht. | Es war 1945. | Dann kam Frieden."),
    ("es", "El Sr. García vive en EE.UU. | Él es rico."),
    ("es", "La Dra. Ruiz llegó a las 5 p.m. | Ella está cansada."),
    ("it", "Ha comprato pane, latte ecc. | Poi è andato via."), ("it", "La Dott.ssa Bianchi c'è. | L'acqua è fredda."),
    ("pt", "O Sr. Silva mora aqui. | A Dra. Costa, etc. e mais."), ("pt", "Custa 3.50 euros. | É caro."),
    ("en", "J. K. Rowling wrote it. | So did I. | Tom agrees with Dr. J. Brown, i.e. with e.g. Tom."),
    ("en", "Well... I don't know. | Wait... | Tom is here... and so is he… | He left."),
    ("en", "Hi. | \"He left.\" | 'Why?' | (Who knows.) | [1] Nobody!"), ("en", "Pay 3.14 or 1,000.00. | Now!"),
    ("en", "Go to example.com. | See https://a.b/c.d?e=f!g. | Mail a.b@c.de."),
    ("en", "1. The first. | 2. The second."),
    ("en", "He said no. | No. 5 is alive. | See vol. 2, pp. 3–5. | The end."),
    ("en", "v1.2.3 is out. | So is .NET of 1995."),
    ("en", "He lives on Main St. | He works in St. Louis. | She is a Ph.D. | It is 5 p.m. | We left."),
    ("sv", "Hej J. K. Olsson! | Hur mår du? | Jag köpte mjölk, t.ex. lättmjölk."),
    ("zh", "你好。 | 我是“汤姆”。 | 你呢？ | “很好！” | 价格是３．１４元。"), ("ur", "یہ ایک ہے۔ | یہ دو ہے؟ | ہاں"),
    ("hi", "यह एक है। | यह दो है॥ | और"), ("hy", "Սա մեկ է։ | Սա երկու է։"), ("ru", "Где вокзал? | Там. | Спасибо!"),
  ])
  func aReaderWouldSplitSo(_ language: String, _ sentences: String) {
    let separator = language == "zh" ? "" : " "
    #expect(split(sentences.replacingOccurrences(of: " | ", with: separator), language) == sentences)
  }

  @Test func tabsAndSeparatorsEndSentences() {
    let text = " one\ttwo  three. \u{2028} Four.\u{A0}\u{A0}Five\r\t"
    let split = SentenceSplitter(language: "en").split(text)
    #expect(split.sentences == ["one", "two  three.", "Four.", "Five"])
    #expect(split.blanks == [" ", "\t", " \u{2028} ", "\u{A0}\u{A0}", "\r\t"])
    #expect(split.joining(split.sentences) == text)
    #expect(split.joining(["1", "2", "3", "4"]) == " 1\t2 \u{2028} 3\u{A0}\u{A0}4\r\t")
    let blank = SentenceSplitter(language: "en").split(" \t ")
    #expect(blank.sentences.isEmpty && blank.blanks == [" \t "])
    let wide = SentenceSplitter(language: "zh").split("好。是！ 不")
    #expect(wide.joining(["Yes.", "It is!", "No"], separator: " ") == "Yes. It is! No")
  }

  /// Whatever the text is, none of it is lost, and it is cut at blanks only or behind a wide mark.
  @Test func noiseIsNeitherLostNorCutInsideWords() {
    let alphabet = Array("ab.!?…。？, \t\u{A0}\"'«»()AIé9१文ا😀\u{301}\u{200D}\u{FE0F}\r-".unicodeScalars)
    var random = SplitMix(seed: 11)
    for _ in 0..<3000 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int(random.next() % 40) { view.append(alphabet[Int(random.next() % UInt64(alphabet.count))]) }
      let text = String(view)
      for language in ["en", "de", "xx"] {
        let split = SentenceSplitter(language: language).split(text)
        let found = split.joining(split.sentences)
        #expect(found.unicodeScalars.elementsEqual(text.unicodeScalars), "\(text.debugDescription)")
        let isBlank = { (text: String) in text.unicodeScalars.allSatisfy { $0.properties.isWhitespace } }
        #expect(
          split.blanks.allSatisfy(isBlank) && !split.sentences.contains(where: isBlank), "\(text.debugDescription)")
        for (sentence, behind) in zip(split.sentences, split.blanks.dropFirst()).dropLast() where behind.isEmpty {
          #expect(sentence.unicodeScalars.contains { $0 == "。" || $0 == "？" }, "\(text.debugDescription)")
        }
      }
    }
  }

  @Test func timeGrowsWithTheLength() {
    // Each of them once cost, or could cost, the square of its length.
    let splitter = SentenceSplitter(language: "en")
    let start = ContinuousClock.now
    for unit in ["(", ". ", "Mr. ", "A. ", ". (", ".", "a.b", " ", "!\"", "。", "\u{301}", "« »", "x "] {
      let text = "((((((((((((" + String(repeating: unit, count: 200_000 / unit.utf8.count)
      let split = splitter.split(text)
      #expect(split.joining(split.sentences) == text)
    }
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}

struct SentencePartsTests {
  /// Words, as a model of words counts them.
  private func words(_ text: String) -> Int { text.split(separator: " ").count }

  private func parts(_ sentence: String, _ longest: Int) -> SentenceParts {
    SentenceParts(sentence, longest: longest, units: words)
  }

  @Test func aShortSentenceStaysWhole() {
    #expect(parts("a b, c; d", 4) == parts("a b, c; d", 5))
    #expect(parts("a b, c; d", 4).split.sentences == ["a b, c; d"])
  }

  @Test func theBestPlaceIsTaken() {
    #expect(parts("a b; c d, e f", 5).split.sentences == ["a b;", "c d, e f"])
    #expect(parts("a b, c d, e f g", 5).split.sentences == ["a b, c d,", "e f g"])
    #expect(parts("a b c d. e, f; g h", 6).split.sentences == ["a b c d.", "e, f; g h"])
    #expect(parts("a b c d e f g", 3).split.sentences == ["a b", "c d e", "f g"])
    // A part so short says little.
    #expect(parts("a; b c d e f g h i", 8).split.sentences == ["a; b c d e", "f g h i"])
    #expect(parts("a b (c;) d e", 4).split.sentences == ["a b (c;)", "d e"])
  }

  @Test func blanksAreKept() {
    let text = "a  b,\u{A0}c   d"
    let split = parts(text, 2).split
    #expect(split.sentences.count == 2 && split.joining(split.sentences) == text)
    let nested = SplitText(sentences: ["x", text], blanks: [" ", "\t", "  "]).splitting { parts($0, 2).split }
    #expect(nested.sentences == ["x", "a  b,", "c   d"] && nested.joining(nested.sentences) == " x\t\(text)  ")
  }

  @Test func aLongWordIsCut() {
    let letters = { (text: String) in text.unicodeScalars.count }
    let found = SentenceParts("ab cdefghij kl", longest: 4, units: letters)
    #expect(found.isCut)
    #expect(found.split.sentences == ["ab", "cdef", "kl"])
    #expect(!SentenceParts("ab cdef kl", longest: 4, units: letters).isCut)
    #expect(SentenceParts.beginning(of: "abcdef", longest: 3, units: letters) == "abc")
    #expect(SentenceParts.beginning(of: "abc", longest: 3, units: letters) == "abc")
    // Something always remains.
    #expect(SentenceParts.beginning(of: "abc", longest: 3, units: { $0.utf8.count * 4 }) == "a")
  }

  @Test func scriptsWithoutBlanksAreCutBetweenCharacters() {
    let letters = { (text: String) in text.unicodeScalars.count }
    let found = SentenceParts("我们今天去公园，然后回家吃饭", longest: 10, units: letters)
    #expect(!found.isCut)
    #expect(found.split.sentences == ["我们今天去公园，", "然后回家吃饭"])
    #expect(SentenceParts("我们今天去公园", longest: 3, units: letters).split.sentences == ["我们", "今天去", "公园"])
    // A vowel sign stays with its consonant.
    #expect(SentenceParts("กกที่นี่", longest: 3, units: letters).split.sentences == ["กก", "ที่", "นี่"])
  }
}
