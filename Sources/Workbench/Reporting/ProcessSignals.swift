import Foundation

/// Signals whose default is to end the process before it can report an error or tidy up.
package enum ProcessSignals {
  /// A write past a file size limit then fails with EFBIG, which ``AtomicFile`` reports.
  package static func ignoreFileSizeLimit() { signal(SIGXFSZ, SIG_IGN) }

  /// A write to a closed pipe (`unroll translate | head -1`) then fails with EPIPE.
  package static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }

  /// Calls `handler` for Ctrl-C (SIGINT) and SIGTERM, on the calling thread if others block them. It may only do what a
  /// signal handler may, which includes ``UnfinishedFile/remove()``.
  package static func onInterrupt(_ handler: @escaping @convention(c) (_ number: Int32) -> Void) {
    // Makes the place of the path before a handler can need it: a first access may take a lock.
    UnfinishedFile.prepare()
    var numbers = sigset_t()
    sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] {
      signal(number, handler)
      sigaddset(&numbers, number)
    }
    // Whoever starts this process may have left them blocked: threads of libdispatch do.
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }
}
