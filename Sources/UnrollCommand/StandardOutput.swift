import Diagnostics
import Foundation
import Workbench

/// Nobody reads the output any more, as in `unroll translate | head -1`: the command ends quietly and with success.
struct ClosedOutput: Error {}

/// Standard output, buffered until `flush`.
final class StandardOutput {
  private static let capacity = 1 << 16
  private var buffer: [UInt8] = []

  /// Appends text. Throws as `flush` does.
  func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.capacity { try flush() }
  }

  /// Hands on what was written so far. Throws `ClosedOutput` when nobody reads it, `inputOutput` when the system fails.
  func flush() throws {
    var rest = buffer[...]
    defer { buffer.removeAll(keepingCapacity: true) }
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        throw ClosedOutput()
      } else if errno != EINTR {
        throw UnrollError.system(.inputOutput, code: errno, file: "standard output", "cannot write")
      }
    }
  }
}

/// Where results go: standard output, or a file that is put in place when all of it is written.
enum Results {
  /// Runs `body` with a function that takes text and a function that hands on what was written so far.
  ///
  /// `file` is the value of `--output`; nil and `-` mean standard output. Throws what `body` throws, and what writing does.
  static func write(
    to file: String?, _ body: (_ put: (String) throws -> Void, _ flush: () throws -> Void) throws -> Void
  ) throws {
    guard let file, file != "-" else {
      let output = StandardOutput()
      try body(output.write, output.flush)
      return try output.flush()
    }
    try AtomicFile.write(to: URL(fileURLWithPath: file)) { sink in
      try body({ try sink.append($0) }, {})
    }
  }
}
