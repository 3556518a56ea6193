import Foundation

/// Writes one line to standard error: `unroll: TEXT`.
func complain(_ text: String) { say("unroll: \(text)") }

/// Writes a line of a run to standard error: a warning as `warn` does, anything else as it is.
func note(_ text: String) { text.hasPrefix("warning: ") ? complain(text) : say(text) }

private func say(_ text: String) {
  let line = Array("\(text)\n".utf8)
  // There is nowhere left to report that standard error cannot be written.
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Writes a warning to standard error, with the file and the line that it is about.
func warn(_ text: String) { complain("warning: \(text)") }
