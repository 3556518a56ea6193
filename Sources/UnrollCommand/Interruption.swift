import Diagnostics
import Foundation
import Workbench

/// What Ctrl-C and SIGTERM do to a verb that has nothing to save: the half-written file of `--output` is removed, one line
/// says so, and the exit status is 130. Without such a file the end is quiet.
enum Interruption {
  private static let message: StaticString = "unroll: interrupted; the unfinished output was removed\n"

  /// From now on. `unroll train` saves first: it catches the signals itself once it has begun.
  static func endsAtOnce() {
    ProcessSignals.onInterrupt { _ in
      let message = Interruption.message
      if UnfinishedFile.remove() { _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount) }
      _exit(UnrollError.Kind.interrupted.exitStatus)
    }
  }
}
