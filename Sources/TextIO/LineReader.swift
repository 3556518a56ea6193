package import Diagnostics
package import Foundation

/// Lines of UTF-8 text from a file or a descriptor, plain or gzip, one at a time.
///
/// A line ends with `\n` or `\r\n`, which are not part of it; the last may end with the input. A byte order mark at the
/// start is dropped, and text is NFC-normalised unless asked otherwise. A line is handed out as soon as it is complete. Not for use by several
/// threads at once.
package final class LineReader {
  /// What to do with a line that is not valid UTF-8.
  package enum InvalidText: Sendable {
    /// Throw `badData` with file and line.
    case reject
    /// Put U+FFFD in place of what cannot be read, and mark the line.
    case repair
  }

  /// What to do with a line that is too long.
  package enum LongLine: Sendable {
    /// Throw `badData` with file and line.
    case reject
    /// Keep its beginning, pass over the rest, and mark the line.
    case cut
  }

  /// One line.
  package struct Line: Sendable, Equatable {
    /// The text without the line end, NFC-normalised unless the reader was asked not to.
    package let text: String
    /// The number of the line, from 1.
    package let number: Int
    /// Whether the line was not valid UTF-8 and holds U+FFFD for that reason.
    package let wasRepaired: Bool
    /// Whether the line was too long, and this is its beginning.
    package let wasCut: Bool
  }

  /// The file or stream as errors and warnings call it.
  package let name: String

  private let source: ByteSource
  private let invalidText: InvalidText
  private let longLine: LongLine
  private let maximumLineBytes: Int
  private let isNormalizing: Bool
  private var buffer: UnsafeMutableRawBufferPointer
  /// The bytes not yet handed out.
  private var held = 0..<0
  /// How many of the held bytes are known to have no line end among them.
  private var scanned = 0
  private var reachedEnd = false
  private var lineNumber = 0

  /// Opens a file. Throws `noInput`. A line of more than `maximumLineBytes` is an error, or is cut: it guards memory. Text
  /// that is measured against someone else's figures is taken as it is: with `isNormalizing` false.
  package init(
    _ url: URL, invalidText: InvalidText = .reject, longLine: LongLine = .reject, maximumLineBytes: Int = 1 << 26,
    isNormalizing: Bool = true
  ) throws {
    source = try ByteSource(url: url)
    // Nothing is given back when an initializer throws, so this comes behind what may.
    buffer = ByteSource.makeBuffer()
    name = url.relativePath
    self.invalidText = invalidText
    self.longLine = longLine
    self.maximumLineBytes = maximumLineBytes
    self.isNormalizing = isNormalizing
  }

  /// Reads a descriptor, which stays open; `name` stands for it in errors.
  package init(
    descriptor: Int32, name: String = "standard input", invalidText: InvalidText = .reject,
    longLine: LongLine = .reject, maximumLineBytes: Int = 1 << 26, isNormalizing: Bool = true
  ) {
    source = ByteSource(descriptor: descriptor, name: name)
    buffer = ByteSource.makeBuffer()
    self.name = name
    self.invalidText = invalidText
    self.longLine = longLine
    self.maximumLineBytes = maximumLineBytes
    self.isNormalizing = isNormalizing
  }

  deinit { buffer.deallocate() }

  /// The next line, waiting for it if need be; nil at the end.
  ///
  /// Throws `badData` for a line that is too long or (when `invalidText` is `reject`) not UTF-8, and for damaged gzip
  /// data; `inputOutput` when the system fails.
  package func next() throws -> Line? {
    while true {
      if let end = lineEnd() { return try take(contentEnd: end, next: end + 1) }
      if reachedEnd { return held.isEmpty ? nil : try take(contentEnd: held.upperBound, next: held.upperBound) }
      try fill()
    }
  }

  /// Whether `next` would return at once: a whole line has arrived, or the end has. Throws as `next` does.
  ///
  /// Reads what has arrived, but never waits.
  package func isReady() throws -> Bool {
    while lineEnd() == nil && !reachedEnd {
      guard try source.isReady() else { return false }
      try fill()
    }
    return true
  }

  /// The error for a line that is not valid UTF-8.
  package static func notUTF8(_ name: String, _ line: Int) -> UnrollError {
    UnrollError(
      .badData, file: name, line: line, "this line is not valid UTF-8",
      advice: "convert the file to UTF-8, for example with iconv")
  }

  /// Where the next line feed is in the buffer, if it has arrived.
  private func lineEnd() -> Int? {
    let rest = held.dropFirst(scanned)
    guard !rest.isEmpty, let base = buffer.baseAddress else { return nil }
    if let found = memchr(base + rest.lowerBound, 0x0A, rest.count) { return base.distance(to: found) }
    scanned = held.count
    return nil
  }

  /// Gets more bytes behind those held; waits when none have arrived.
  private func fill() throws {
    if held.count > maximumLineBytes {
      guard longLine == .cut else { throw tooLong(lineNumber + 1) }
      // A few bytes more show that there was more, whatever is not counted, and where a scalar ends.
      held = held.lowerBound..<min(held.upperBound, held.lowerBound + maximumLineBytes + 8)
      scanned = held.count
    }
    if held.upperBound == buffer.count { makeRoom() }
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[held.upperBound...])
    guard let count = try source.read(into: room) else { return }
    reachedEnd = count == 0
    held = held.lowerBound..<held.upperBound + count
  }

  /// Moves the held bytes to the front, into a larger buffer when they fill more than half of this one.
  private func makeRoom() {
    let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[held])
    let isLarge = held.count > buffer.count / 2
    let target = isLarge ? .allocate(byteCount: buffer.count * 2, alignment: 16) : buffer
    if let from = bytes.baseAddress { target.baseAddress?.copyMemory(from: from, byteCount: bytes.count) }
    held = 0..<held.count
    if isLarge {
      buffer.deallocate()
      buffer = target
    }
  }

  /// Makes a line of the bytes up to `contentEnd` and goes on at `next`.
  private func take(contentEnd: Int, next: Int) throws -> Line {
    lineNumber += 1
    var content = held.lowerBound..<contentEnd
    held = next..<held.upperBound
    scanned = 0
    if content.last.map({ buffer[$0] }) == 0x0D, next > contentEnd { content.removeLast() }
    if lineNumber == 1, buffer[content].starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
    let isTooLong = content.count > maximumLineBytes
    if isTooLong {
      guard longLine == .cut else { throw tooLong(lineNumber) }
      content = beginning(of: content)
    }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[content])
    let valid = String(validating: bytes, as: UTF8.self)
    if valid == nil, invalidText == .reject { throw Self.notUTF8(name, lineNumber) }
    let text = valid ?? String(decoding: bytes, as: UTF8.self)
    return Line(
      text: !isNormalizing || isSurelyNFC(bytes) ? text : text.precomposedStringWithCanonicalMapping,
      number: lineNumber,
      wasRepaired: valid == nil, wasCut: isTooLong)
  }

  /// As much of a line as is allowed, up to the end of a scalar.
  private func beginning(of content: Range<Int>) -> Range<Int> {
    var end = content.lowerBound + maximumLineBytes
    // A scalar has at most three bytes behind its first.
    for _ in 0..<3 where buffer[end] & 0xC0 == 0x80 { end -= 1 }
    return content.lowerBound..<max(content.lowerBound, end)
  }

  private func tooLong(_ line: Int) -> UnrollError {
    UnrollError(
      .badData, file: name, line: line, "this line is longer than \(maximumLineBytes) bytes",
      advice: "check that this is a text file with a sentence a line")
  }
}
