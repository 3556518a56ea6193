import Diagnostics
import Foundation

/// A descriptor that is being written, buffered so that many small pieces cost few system calls.
///
/// Made by ``AtomicFile``, which also closes it.
package struct FileSink: ~Copyable {
  private static let capacity = 1 << 20

  private let descriptor: Int32
  /// The name that errors show: the file that the user asked for, not the temporary one.
  private let shownName: String
  private var buffer: [UInt8] = []

  init(descriptor: Int32, shownName: String) {
    self.descriptor = descriptor
    self.shownName = shownName
  }

  /// Appends raw bytes. Throws `.inputOutput` when the system refuses them (no space, size limit, broken disk).
  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.capacity { try flush() }
    if bytes.count >= Self.capacity {
      try writeAll(bytes)
    } else {
      if buffer.isEmpty { buffer.reserveCapacity(Self.capacity) }
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends bytes. Throws as ``append(_:)-(UnsafeRawBufferPointer)`` does.
  package mutating func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try append($0) }
  }

  /// Appends text as UTF-8. Throws as ``append(_:)-(UnsafeRawBufferPointer)`` does.
  package mutating func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  mutating func flush() throws {
    try buffer.withUnsafeBytes { try writeAll($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw UnrollError.system(.inputOutput, code: errno, file: shownName, "cannot write")
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
