import Foundation

/// Signals whose default is to end the process before it can report an error. The command ignores them at its start.
package enum ProcessSignals {
  /// A write past a file size limit then fails with EFBIG, which ``AtomicFile`` reports.
  package static func ignoreFileSizeLimit() { signal(SIGXFSZ, SIG_IGN) }

  /// A write to a closed pipe (`unroll translate | head -1`) then fails with EPIPE.
  package static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }
}
