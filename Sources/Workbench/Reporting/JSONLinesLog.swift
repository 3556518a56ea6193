import Diagnostics
package import Foundation

/// A log of one JSON object a line, written at once, so that a crash loses nothing but the line being written.
package final class JSONLinesLog: Sendable {
  /// How many lines were dropped when the log was opened for a resumed run.
  package let droppedLines: Int
  private let file: AppendedFile

  /// Opens the log to append to it, and makes it if it is not there.
  ///
  /// - Parameters:
  ///   - step: where a resumed run goes on from. Lines of later steps (member `step`) are dropped, since they will be
  ///     written again, and so is a last line that a crash cut short. nil keeps everything.
  /// - Throws: `.cannotCreate` when it cannot be opened, `.badData` when a line before the end is not a JSON object,
  ///   `.inputOutput` when it cannot be cut.
  package init(_ url: URL, keepingThrough step: Int? = nil) throws {
    let kept = try step.flatMap { try Self.kept(url, through: $0) }
    droppedLines = kept?.droppedLines ?? 0
    file = try AppendedFile(url, "the log", keeping: droppedLines > 0 ? kept?.bytes : nil)
  }

  /// Appends one line. Numbers that are not finite become `null`. Throws `.inputOutput` when it cannot be written.
  package func append(_ record: JSONValue) throws { try file.append(Array((record.text + "\n").utf8)) }

  /// How many bytes of an existing log to keep, nil when there is none.
  private static func kept(_ url: URL, through step: Int) throws -> (bytes: Int, droppedLines: Int)? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let file = try InputFile(url)
    let bytes = try file.bytes(at: 0, count: file.size)
    var kept = 0
    var dropped = 0
    var damagedLine: Int?
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let end = newline.map { $0 + 1 } ?? bytes.count
      let record = newline == nil ? nil : record(Array(bytes[start..<end]))
      let isKept = record.map { Self.step(of: $0) <= step } ?? false
      if isKept, let damagedLine {
        throw UnrollError(
          .badData, file: file.name, line: damagedLine, "the line is not a JSON object", advice: "delete the line")
      }
      if record == nil { damagedLine = damagedLine ?? number }
      if isKept && dropped == 0 { kept = end } else { dropped += 1 }
      start = end
    }
    return (kept, dropped)
  }

  /// The line as a JSON object, nil when it is none.
  private static func record(_ line: [UInt8]) -> JSONValue? {
    guard case .success(let value) = Result(catching: { try JSONReader.read(line) }), case .object = value else {
      return nil
    }
    return value
  }

  /// The step of a record; one without a step belongs to the start of the run.
  private static func step(of record: JSONValue) -> Int {
    if case .integer(let step)? = record["step"] { step } else { .min }
  }
}
