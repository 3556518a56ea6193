import Diagnostics
import TextIO
import Unroll
import Workbench

/// What the translations of lines begin with: the same for all, a line of a file each, or nothing.
final class PrefixLines {
  private let common: String?
  private let reader: LineReader?
  private let translator: Translator

  /// Checks a common prefix, or opens a file.
  ///
  /// Throws `badData` for a prefix that the model cannot write, `noInput` where the file cannot be opened.
  init(_ common: String?, file: String?, for translator: Translator) throws {
    if let common { try translator.pieces(ofPrefix: common) }
    self.common = common
    reader = try file.map { try InputLines.reader($0) }
    self.translator = translator
  }

  /// The prefixes of the next lines; empty where there are none at all. Throws `badData` when the file has too few.
  func next(_ count: Int) throws -> [String] {
    if let common { return [String](repeating: common, count: count) }
    guard let reader else { return [] }
    return try (0..<count).map { _ in
      guard let line = try reader.next() else {
        throw UnrollError(
          .badData, file: reader.name, "has fewer lines than the text",
          advice: "give a line for each, empty for no prefix")
      }
      try translator.pieces(ofPrefix: line.text, file: reader.name, line: line.number)
      return line.text
    }
  }

  /// Throws `badData` when the file has more lines than the text, which was translated then.
  func finish(lines: Int) throws {
    guard let reader, let line = try reader.next() else { return }
    throw UnrollError(
      .badData, file: reader.name, line: line.number, "the text has only \(counted(lines, "line"))",
      advice: "give as many prefixes as there are lines")
  }
}
