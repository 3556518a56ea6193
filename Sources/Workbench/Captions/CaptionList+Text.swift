import Diagnostics
import Foundation
import TextIO

/// Where a list with named columns has what.
struct CaptionColumns {
  let separator: Character
  let names: [String]
  let clip: Int
  let caption: Int
  let split: Int?

  /// The columns that a line names; nil when it names none of clips and captions.
  init?(_ line: LineReader.Line) {
    func place(of wanted: [String], _ names: [String]) -> Int? { wanted.compactMap { names.firstIndex(of: $0) }.first }
    for separator: Character in [",", "|"] {
      let names = line.text.split(separator: separator, omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"")).lowercased()
      }
      guard let clip = place(of: ["image", "image_name", "video", "clip", "file", "file_name"], names),
        let caption = place(of: ["caption", "comment", "sentence"], names)
      else { continue }
      self.separator = separator
      self.names = names
      self.clip = clip
      self.caption = caption
      split = names.firstIndex(of: "split")
      return
    }
    return nil
  }
}

extension CaptionList {
  /// The clip's file, a tab, a caption a line.
  mutating func readLines(
    _ first: LineReader.Line, _ lines: LineReader, _ problems: inout DataProblems
  ) throws {
    var next: LineReader.Line? = first
    while let line = next {
      try problems.collect {
        if line.text.allSatisfy(\.isWhitespace) { return }
        let columns = line.text.split(separator: "\t", omittingEmptySubsequences: false)
        guard columns.count == 2 else {
          throw fault(
            line.number, "has \(counted(columns.count, "column")), not a clip and a caption",
            "write the clip, a tab and the caption")
        }
        try add(String(columns[1]), clip: Self.withoutNumber(columns[0]), split: nil, line.number)
      }
      next = try lines.next()
    }
  }

  /// Records below a line that names the columns.
  mutating func readRecords(
    _ columns: CaptionColumns, _ first: LineReader.Line, _ lines: LineReader, _ problems: inout DataProblems
  ) throws {
    let reader = CSVReader(lines)
    /// The next record. Bars have no quotes: there a quote is a character.
    func next() throws -> CSVReader.Record? {
      if columns.separator == "," { return try reader.next() }
      while let line = try lines.next() {
        if line.text.allSatisfy(\.isWhitespace) { continue }
        let fields = line.text.split(separator: columns.separator, omittingEmptySubsequences: false).map(String.init)
        return CSVReader.Record(fields: fields, line: line.number)
      }
      return nil
    }
    while let record = try next() {
      try problems.collect {
        guard record.fields.count == columns.names.count else {
          throw fault(
            record.line,
            "has \(counted(record.fields.count, "column")), and the first line names \(columns.names.count)",
            columns.separator == "," ? "quote a field with a comma in it" : "put a | between all columns")
        }
        try add(
          record.fields[columns.caption], clip: record.fields[columns.clip],
          split: columns.split.map { record.fields[$0].trimmingCharacters(in: .whitespaces) }, record.line)
      }
    }
  }

  private mutating func add(_ caption: String, clip field: some StringProtocol, split: String?, _ line: Int) throws {
    let name = field.trimmingCharacters(in: .whitespaces)
    guard !name.isEmpty else { throw fault(line, "names no clip", "write its file") }
    addClip(name, CaptionedClip(name: name, captions: [], line: line))
    if let split { try set(split: split, of: name, line) }
    try add(caption, to: name, line)
  }

  /// `photo.jpg` of `photo.jpg#2`.
  private static func withoutNumber(_ field: Substring) -> Substring {
    guard let mark = field.lastIndex(of: "#"), mark != field.startIndex else { return field }
    let number = field[field.index(after: mark)...].trimmingCharacters(in: .whitespaces)
    return !number.isEmpty && number.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? field[..<mark] : field
  }
}
