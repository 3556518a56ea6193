import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import TextIO
import Workbench

/// Lines of several sentences, long ones, and lines that are no text.
struct TranslateParagraphTests {
  @Test func theLayoutOfTheTextIsKept() throws {
    try TinyModel.with(ends: true) { model in
      let translate = ["translate", "--model", model.folder.path]
      let alone = try runUnroll(translate[0], translate[1], translate[2], input: "where is it?\nhere.\n").lines
      let outcome = try runUnroll(
        translate[0], translate[1], translate[2], input: "  where is it?   here. \n\n\there.\twhere is it?\n \n")
      expectSuccess(outcome)
      #expect(
        outcome.lines == ["  \(alone[0])   \(alone[1]) ", "", "\t\(alone[1])\t\(alone[0])", ""])
      let whole = try runUnroll(
        translate[0], translate[1], translate[2], "--no-split", input: "where is it?   here. \nhere.\n")
      expectSuccess(whole)
      #expect(whole.lines.count == 2 && whole.lines[1] == alone[1])
      #expect(whole.lines[0] != "\(alone[0])   \(alone[1]) ")
      // A tab would begin a column.
      let rows = try runUnroll(translate[0], translate[1], translate[2], "--n-best", "3", input: "here.\there.\n")
      #expect(rows.lines.count == 3)
      #expect(rows.lines.allSatisfy { $0.components(separatedBy: "\t").count == 3 })
      #expect(rows.lines[0].hasSuffix("\t\(alone[1]) \(alone[1])"))
    }
  }

  @Test func theKeysOfSeveralSentencesAreDocumented() throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runUnroll(
        "translate", "--model", model.folder.path, "--json", "--n-best", "2", input: "one. two.\n")
      expectSuccess(outcome)
      try expectDocumentedKeys(outcome, "translate", "a line of several sentences")
      let attentive = try runUnroll(
        "translate", "--model", model.folder.path, "--json", "--attention", input: "one. two.\n")
      let object = try JSONReader.read(Array(attentive.lines[0].utf8))
      #expect(object["attention"] == .null && object["source_pieces"] == .array([]))
      guard case .array(let sentences)? = object["sentences"] else {
        Issue.record("no sentences")
        return
      }
      #expect(sentences.map { $0["source"] } == ["one.", "two."])
      for sentence in sentences {
        guard case .array(let pieces)? = sentence["source_pieces"], case .array? = sentence["attention"] else {
          Issue.record("\(sentence.text)")
          return
        }
        #expect(pieces.count == 5)
      }
    }
  }

  @Test func whatWasCutIsSaid() throws {
    try TinyModel.with(ends: true) { model in
      // 51 characters are one too many for the tiny model, 2 MiB for any.
      let lines = [
        "here.", String(repeating: "a b ", count: 13), "it " + String(repeating: "a", count: 51),
        String(repeating: "a", count: 2 << 20), "here.",
      ]
      let input = lines.joined(separator: "\n") + "\n"
      let outcome = try runUnroll("translate", "--model", model.folder.path, input: input)
      #expect(outcome.status == 0 && outcome.lines.count == 5 && outcome.lines[0] == outcome.lines[4])
      #expect(
        outcome.errors == """
          unroll: warning: standard input:2: a sentence is longer than the model takes, and was divided
          unroll: warning: standard input:3: a sentence is longer than the model takes, and was divided
          unroll: warning: standard input:3: a word or line is longer than the model takes; only its beginning was translated
          unroll: warning: standard input:4: this line is longer than 64 KiB; only its beginning was translated
          unroll: warning: standard input:4: a word or line is longer than the model takes; only its beginning was translated

          """)
      let quiet = try runUnroll("translate", "--model", model.folder.path, "--quiet", input: input)
      expectSuccess(quiet)
      #expect(quiet.output == outcome.output)
      let whole = try runUnroll("translate", "--model", model.folder.path, "--no-split", input: input)
      #expect(whole.status == 0 && whole.lines.count == 5)
      #expect(
        whole.errors == """
          unroll: warning: standard input:4: this line is longer than 64 KiB; only its beginning was translated
          unroll: warning: standard input:4: a word or line is longer than the model takes; only its beginning was translated

          """)
    }
  }

  @Test func aTranslationThatDoesNotEndIsSaid() throws {
    try TinyModel.with { model in
      let outcome = try runUnroll("translate", "--model", model.folder.path, input: "here.\n\none. two. here.\n")
      let json = try runUnroll("translate", "--model", model.folder.path, "--json", "--quiet", input: "here.\n")
      #expect(outcome.status == 0 && json.output.contains(#""complete":false"#))
      #expect(
        outcome.errors == """
          unroll: warning: standard input:1: the translation was cut at the model's greatest length
          unroll: warning: standard input:3: the translation of sentence 1 and 2 others was cut at the model's greatest length

          """)
      let chosen = try runUnroll("translate", "--model", model.folder.path, "--max-length", "9", input: "here.\n")
      expectSuccess(chosen)
    }
  }

  /// A small version of what scripts/hostile_lines.py does.
  @Test func hostileLinesDoNoHarm() throws {
    var random = SplitMix(seed: 8)
    var input = Data()
    let count = 400
    for number in 0..<count { input += hostileLine(number, &random) + [0x0A] }
    try TinyModel.with(ends: true) { model in
      for options in ["", "--no-split", "--n-best 2 --json", "--sample"] {
        let outcome = try runShell(
          "unroll translate --model models/tiny --beam-size 2 \(options)", input: input, folder: model.workplace)
        #expect(outcome.status == 0 && outcome.output.utf8.count { $0 == 0x0A } == count, "\(options)")
        let errors = outcome.errors.split(separator: "\n")
        #expect(!errors.isEmpty && errors.allSatisfy { $0.hasPrefix("unroll: warning: standard input:") }, "\(options)")
      }
    }
  }

  /// Noise of one of several kinds, without a line feed.
  private func hostileLine(_ number: Int, _ random: inout SplitMix) -> Data {
    let length = Int(random.next() % 40)
    func scalars(_ range: Range<UInt32>) -> Data {
      let drawn = (0..<length).compactMap { _ in
        Unicode.Scalar(range.lowerBound + UInt32(random.next() % UInt64(range.count)))
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: drawn.filter { $0 != "\n" })
      return Data(String(text).utf8)
    }
    switch number {
    case 100: return Data(String(repeating: "to be, or not ", count: 2500).utf8)
    case 200: return Data(repeating: 0x61, count: 1_000_000)
    case 250: return Data(String(repeating: "e\u{301}\u{323}", count: 30_000).utf8)
    case 300: return Data(repeating: 0x20, count: 1_000_000)
    case 301: return Data(repeating: 0x2E, count: 1_000_000)
    case 302: return Data(repeating: 0xFF, count: 300_000)
    default: break
    }
    switch number % 7 {
    case 0: return scalars(0..<0x11_0000)
    case 1: return scalars(0..<0x20)
    case 2: return Data((0..<length).map { _ in UInt8(random.next() % 245 + 11) })
    case 3: return scalars(0x1F300..<0x1F700)
    case 4: return scalars(0x590..<0x700)
    case 5: return scalars(0x300..<0x370)
    default: return scalars(0x20..<0x40)
    }
  }
}
