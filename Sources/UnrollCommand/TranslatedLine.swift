import Foundation
import TextIO
import Unroll
import Workbench

/// A line with its translation, as `unroll translate` shows them.
struct TranslatedLine {
  let line: LineReader.Line
  let translation: Translation
  /// Whether the user said where translations are to be cut, and needs no warning of it.
  let hasChosenLength: Bool

  /// What did not go as one would expect.
  var warnings: [String] {
    var warnings: [String] = []
    if line.wasRepaired {
      warnings.append("this line is not valid UTF-8; what cannot be read was replaced by U+FFFD")
    }
    if line.wasCut { warnings.append("this line is longer than 64 KiB; only its beginning was translated") }
    switch translation.dividedSentences {
    case 0: break
    case 1: warnings.append("a sentence is longer than the model takes, and was divided")
    case let many: warnings.append("\(many) sentences are longer than the model takes, and were divided")
    }
    if translation.isSourceCut {
      warnings.append("a word or line is longer than the model takes; only its beginning was translated")
    }
    if !hasChosenLength, let place = cutPlace {
      warnings.append("the translation\(place) was cut at the model's greatest length")
    }
    return warnings
  }

  /// Where a translation was cut, in words; nil where none was.
  private var cutPlace: String? {
    let cut = translation.sentences.enumerated().filter { $1.candidates.first?.isComplete == false }
    if let first = cut.first {
      let others = cut.count == 1 ? "" : " and \(counted(cut.count - 1, "other"))"
      return " of sentence \(first.offset + 1)\(others)"
    }
    let isCut = translation.sentences.isEmpty && !translation.isSourceCut
    return isCut && translation.candidates.first?.isComplete == false ? "" : nil
  }

  /// The best translation, in one line.
  var text: String { Self.inOneLine(translation.text) }

  /// A row for each translation. A tab of the text would begin a column.
  var rows: String {
    translation.candidates.map { candidate in
      let text = Self.inOneLine(candidate.text, besides: 0x09)
      return "\(line.number)\t\(String(format: "%.4f", candidate.score))\t\(text)"
    }.joined(separator: "\n")
  }

  /// The keys are listed in docs/json.md.
  func object(showsAttention: Bool) -> JSONValue {
    let head: [JSONValue.Member] = [.init("line", .integer(line.number)), .init("source", .string(line.text))]
    let sentences = translation.sentences.map { sentence in
      JSONValue.object(
        [.init("source", .string(sentence.source))]
          + Self.members(sentence.candidates, sentence.sourcePieces, showsAttention))
    }
    return .object(
      head + Self.members(translation.candidates, translation.sourcePieces, showsAttention)
        + [.init("sentences", .array(sentences))])
  }

  private static func members(
    _ candidates: [Translation.Candidate], _ sourcePieces: [String], _ showsAttention: Bool
  ) -> [JSONValue.Member] {
    let members = { (candidate: Translation.Candidate) in
      candidate.members(as: "text", showsAttention: showsAttention)
    }
    return (showsAttention ? [.init("source_pieces", .array(sourcePieces.map { .string($0) }))] : [])
      + (candidates.first.map(members) ?? [])
      + [.init("alternatives", .array(candidates.dropFirst().map { .object(members($0)) }))]
  }

  /// A text without line ends, which a model could write whose vocabulary has one, and without another byte. Bytes, since a
  /// line end may be part of a Character.
  private static func inOneLine(_ text: String, besides other: UInt8 = 0x0A) -> String {
    guard text.utf8.contains(where: { $0 == 0x0A || $0 == other }) else { return text }
    return String(decoding: text.utf8.map { $0 == 0x0A || $0 == other ? 0x20 : $0 }, as: UTF8.self)
  }
}
