import Diagnostics
package import Foundation
package import TextIO

/// Records of a file with comma-separated values (RFC 4180): quotes around a field that has a comma, a line end or a quote in
/// it, the quote doubled. Blank lines do not count.
package final class CSVReader {
  /// One record.
  package struct Record: Sendable, Equatable {
    package let fields: [String]
    /// The line that it begins in, from 1.
    package let line: Int
  }

  /// The file as errors name it.
  package let name: String
  private let lines: LineReader
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  /// Opens a file. Throws `.noInput`.
  package convenience init(_ url: URL) throws { self.init(try LineReader(url)) }

  /// Takes lines that come from anywhere.
  package init(_ lines: LineReader) {
    self.lines = lines
    name = lines.name
  }

  /// The next record, nil at the end. Throws `.badData` for quotes that do not match, and as `LineReader` does.
  package func next() throws -> Record? {
    while let line = try lines.next() {
      if line.text.isEmpty { continue }
      // Nearly every line.
      if !line.text.utf8.contains(Self.quote) {
        return Record(
          fields: line.text.split(separator: ",", omittingEmptySubsequences: false).map(String.init), line: line.number)
      }
      return try quoted(line)
    }
    return nil
  }

  private func quoted(_ first: LineReader.Line) throws -> Record {
    var fields: [String] = []
    // Bytes, not characters: a quote with a combining mark behind it is a quote.
    var rest = Array(first.text.utf8)[...]
    while true {
      if rest.first == Self.quote {
        let (field, after) = try quotedField(rest.dropFirst(), first.number)
        fields.append(field)
        rest = after
        guard rest.isEmpty || rest.first == Self.comma else {
          throw fault(first.number, "text follows a closing quote")
        }
      } else {
        let field = rest.prefix { $0 != Self.comma }
        guard !field.contains(Self.quote) else {
          throw fault(first.number, "a quote stands inside a field without quotes")
        }
        fields.append(String(decoding: field, as: UTF8.self))
        rest = rest.dropFirst(field.count)
      }
      if rest.isEmpty { return Record(fields: fields, line: first.number) }
      rest = rest.dropFirst()
      if rest.isEmpty { return Record(fields: fields + [""], line: first.number) }
    }
  }

  /// The field up to its closing quote, which may be lines away, and what follows the quote.
  private func quotedField(_ text: ArraySlice<UInt8>, _ line: Int) throws -> (field: String, rest: ArraySlice<UInt8>) {
    var field: [UInt8] = []
    var rest = text
    while true {
      guard let end = rest.firstIndex(of: Self.quote) else {
        guard let next = try lines.next() else { throw fault(line, "a quote is not closed") }
        field += rest + [0x0A]
        rest = Array(next.text.utf8)[...]
        continue
      }
      field += rest[..<end]
      rest = rest[(end + 1)...]
      guard rest.first == Self.quote else { return (String(decoding: field, as: UTF8.self), rest) }
      field.append(Self.quote)
      rest = rest.dropFirst()
    }
  }

  private func fault(_ line: Int, _ what: String) -> UnrollError {
    UnrollError(
      .badData, file: name, line: line, what,
      advice: "put a field with commas or quotes into quotes, and double the quotes in it")
  }

  /// A field as a record has it: in quotes where it must be.
  package static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
