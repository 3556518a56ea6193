import Diagnostics
package import Foundation
package import TextIO

/// The labels of the frames of one clip, in any of the forms that programs write them in; which one is told by the content.
///
/// - A label a line (MS-TCN's `groundTruth`), or all in one line behind `### Frame level recognition: ###` (its results).
/// - Comma-separated values whose first line names a column `label`.
/// - JSON lines, each an object with a `label`.
package struct FrameLabelFile: Sendable, Equatable {
  /// The file as errors name it.
  package let name: String
  /// The label of each frame; nil for a frame with an empty field.
  package private(set) var labels: [String?] = []

  private static let heading = "### Frame level recognition"

  /// Reads a file. Throws `.noInput`, and `.badData` when it holds no labels or a line cannot be read.
  package init(contentsOf url: URL) throws { try self.init(LineReader(url)) }

  /// Reads lines that come from anywhere.
  package init(_ lines: LineReader) throws {
    name = lines.name
    guard let first = try lines.next() else { throw empty }
    let text = first.text.trimmingCharacters(in: .whitespaces)
    if text.hasPrefix("{") {
      try readObjects(first, lines)
    } else if text.hasPrefix(Self.heading) {
      while let line = try lines.next() { labels += line.text.split(whereSeparator: \.isWhitespace).map(String.init) }
    } else if text.hasPrefix("WEBVTT") || text.contains(" --> ") {
      throw UnrollError(
        .badData, file: name, line: first.number, "are subtitles, which do not say the label of every frame",
        advice: "write csv, jsonl or mstcn")
    } else if let columns = Self.columns(first) {
      guard let column = columns.firstIndex(of: "label") else {
        throw UnrollError(
          .badData, file: name, line: first.number,
          "names no column label: its columns are \(columns.joined(separator: ", "))",
          advice: "call one of them label")
      }
      try readRecords(CSVReader(lines), column)
    } else {
      try readLines(first, lines)
    }
    guard !labels.isEmpty else { throw empty }
  }

  private var empty: UnrollError {
    UnrollError(.badData, file: name, "there are no labels in it", advice: "write one a frame")
  }

  /// The names of columns; nil when the line does not look like names of several: labels may have commas.
  private static func columns(_ line: LineReader.Line) -> [String]? {
    let names = line.text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
    }
    let known = ["index", "frame", "seconds", "time", "label", "probability"]
    return names.count > 1 && names.contains { known.contains($0.lowercased()) } ? names : nil
  }

  /// Blank lines may only end the file.
  private mutating func readLines(_ first: LineReader.Line, _ lines: LineReader) throws {
    var line: LineReader.Line? = first
    var blank: Int?
    while let current = line {
      let text = current.text.trimmingCharacters(in: .whitespaces)
      if text.isEmpty {
        blank = blank ?? current.number
      } else if let blank {
        throw UnrollError(.badData, file: name, line: blank, "this line has no label", advice: "write one a frame")
      } else {
        labels.append(text)
      }
      line = try lines.next()
    }
  }

  private mutating func readRecords(_ reader: CSVReader, _ column: Int) throws {
    while let record = try reader.next() {
      guard record.fields.indices.contains(column) else {
        throw UnrollError(
          .badData, file: name, line: record.line,
          "has \(counted(record.fields.count, "column")), and the label is in column "
            + "\(column + 1)", advice: "give each row as many columns as the first line")
      }
      labels.append(record.fields[column].isEmpty ? nil : record.fields[column])
    }
  }

  private mutating func readObjects(_ first: LineReader.Line, _ lines: LineReader) throws {
    var line: LineReader.Line? = first
    while let current = line {
      if !current.text.isEmpty { labels.append(try label(ofObject: current)) }
      line = try lines.next()
    }
  }

  private func label(ofObject line: LineReader.Line) throws -> String? {
    func fault(_ what: String, _ advice: String) -> UnrollError {
      UnrollError(.badData, file: name, line: line.number, what, advice: advice)
    }
    let object: JSONValue
    do {
      object = try JSONReader.read(Array(line.text.utf8))
    } catch {
      throw fault("is not valid JSON: \(error.what) (byte \(error.offset))", "write one object a line")
    }
    switch object["label"] {
    case .string(let label)?: return label
    case .null?: return nil
    case nil where object["labels"] != nil:
      throw fault("has several labels", "these measures are for one label a frame")
    default: throw fault("has no 'label'", "write one object a frame, with its label")
    }
  }
}
