import Foundation

/// Writes one line to standard error: `unroll: TEXT`.
func complain(_ text: String) {
  let line = Array("unroll: \(text)\n".utf8)
  // There is nowhere left to report that standard error cannot be written.
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Writes a warning to standard error, with the file and the line that it is about.
func warn(_ text: String) { complain("warning: \(text)") }
