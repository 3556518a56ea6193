import Diagnostics
package import Foundation

/// Sentence pairs: `sources[i]` and `targets[i]` say the same in two languages. Both have as many entries.
///
/// A pair with a side that is empty, blank or not UTF-8 is bad, and so is a row with too few columns: it is an error
/// that names file and line, or (with `skipBadLines`) left out and counted. Files may be gzip.
package struct ParallelText: Sendable {
  /// One sentence each, NFC-normalised.
  package private(set) var sources: [String] = []
  /// The same sentences in the other language.
  package private(set) var targets: [String] = []
  /// How many bad pairs were left out.
  package private(set) var skippedLines = 0

  /// The number of pairs.
  package var count: Int { sources.count }

  /// Pairs that are made rather than read.
  package init(pairs: some Sequence<(source: String, target: String)>) {
    for pair in pairs {
      sources.append(normalizedNFC(pair.source))
      targets.append(normalizedNFC(pair.target))
    }
  }

  /// Loads two files with a sentence a line.
  ///
  /// Throws `noInput`, `inputOutput`, and `badData` for a bad pair or for files of unequal length.
  package static func load(source: URL, target: URL, skipBadLines: Bool = false) throws -> ParallelText {
    let sourceLines = try LineReader(source, invalidText: .repair)
    let targetLines = try LineReader(target, invalidText: .repair)
    var text = ParallelText(pairs: [])
    while true {
      let (left, right) = (try sourceLines.next(), try targetLines.next())
      guard let left, let right else {
        if left == nil, right == nil { return text }
        let sourceCount = try (left?.number ?? text.lines) + countRest(of: sourceLines)
        let targetCount = try (right?.number ?? text.lines) + countRest(of: targetLines)
        throw UnrollError(
          .badData, file: sourceLines.name,
          "\(sourceLines.name) has \(sourceCount) lines and \(targetLines.name) has \(targetCount)",
          advice: "line n of one must be the translation of line n of the other")
      }
      try text.add(
        left.text, right.text,
        fault: fault(in: left, of: sourceLines.name) ?? fault(in: right, of: targetLines.name), skipBadLines)
    }
  }

  /// Loads two columns, counted from 0, of one file with tab-separated columns. Further columns are ignored.
  ///
  /// Throws `usage` for a negative column, `noInput`, `inputOutput`, and `badData` for a bad row.
  package static func load(
    tsv: URL, sourceColumn: Int, targetColumn: Int, skipBadLines: Bool = false
  ) throws -> ParallelText {
    guard sourceColumn >= 0, targetColumn >= 0 else {
      throw UnrollError(
        .usage, "there is no column \(min(sourceColumn, targetColumn))", advice: "columns are counted from 0")
    }
    let lines = try LineReader(tsv, invalidText: .repair)
    let needed = max(sourceColumn, targetColumn) + 1
    var text = ParallelText(pairs: [])
    while let line = try lines.next() {
      let columns = line.text.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      let source = columns.count > sourceColumn ? String(Substring(columns[sourceColumn])) : ""
      let target = columns.count > targetColumn ? String(Substring(columns[targetColumn])) : ""
      var problem: UnrollError?
      if line.wasRepaired {
        problem = LineReader.notUTF8(lines.name, line.number)
      } else if columns.count < needed {
        problem = UnrollError(
          .badData, file: lines.name, line: line.number,
          "this line has \(columns.count) columns, and \(needed) are needed",
          advice: "separate columns with a tab")
      } else if isBlank(source) || isBlank(target) {
        problem = blank(lines.name, line.number, "column \(isBlank(source) ? sourceColumn : targetColumn) is empty")
      }
      try text.add(source, target, fault: problem, skipBadLines)
    }
    return text
  }

  /// How many lines were read, kept or not.
  private var lines: Int { sources.count + skippedLines }

  private mutating func add(_ source: String, _ target: String, fault: UnrollError?, _ skipBadLines: Bool) throws {
    if let fault {
      guard skipBadLines else { throw fault }
      skippedLines += 1
    } else {
      sources.append(source)
      targets.append(target)
    }
  }

  private static func fault(in line: LineReader.Line, of name: String) -> UnrollError? {
    if line.wasRepaired { return LineReader.notUTF8(name, line.number) }
    return isBlank(line.text) ? blank(name, line.number, "this line is empty") : nil
  }

  private static func blank(_ name: String, _ line: Int, _ what: String) -> UnrollError {
    UnrollError(.badData, file: name, line: line, what, advice: "both languages need text, or skip bad lines")
  }

  private static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

  private static func countRest(of reader: LineReader) throws -> Int {
    var count = 0
    while try reader.next() != nil { count += 1 }
    return count
  }
}
