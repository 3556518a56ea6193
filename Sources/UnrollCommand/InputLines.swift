import Diagnostics
import Foundation
import TextIO

/// How the arguments that name text files are read.
enum InputLines {
  /// A reader of a file, or of standard input for nil and `-`.
  ///
  /// The other parameters are those of `LineReader`.
  static func reader(
    _ file: String?, invalidText: LineReader.InvalidText = .reject, longLine: LineReader.LongLine = .reject,
    maximumLineBytes: Int = 1 << 26, isNormalizing: Bool = true
  ) throws -> LineReader {
    guard let file, file != "-" else {
      return LineReader(
        descriptor: STDIN_FILENO, invalidText: invalidText, longLine: longLine,
        maximumLineBytes: maximumLineBytes, isNormalizing: isNormalizing)
    }
    return try LineReader(
      URL(fileURLWithPath: file), invalidText: invalidText, longLine: longLine, maximumLineBytes: maximumLineBytes,
      isNormalizing: isNormalizing)
  }

  /// Hands out lines in the order of the input: as many as have arrived, `limit` at most, and one at least, so that no
  /// line waits for another that may never come. No line follows after `bytes` of text, so that long ones take no more
  /// memory together than one by one.
  static func forEachBatch(
    of reader: LineReader, limit: Int, bytes: Int = .max, _ body: (_ lines: [LineReader.Line]) throws -> Void
  ) throws {
    while let first = try reader.next() {
      var lines = [first]
      var size = first.text.utf8.count
      while lines.count < limit, size < bytes, try reader.isReady(), let next = try reader.next() {
        lines.append(next)
        size += next.text.utf8.count
      }
      try body(lines)
    }
  }
}
