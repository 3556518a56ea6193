import Foundation
import Synchronization

/// Ctrl-C (SIGINT) and SIGTERM as a flag that a long loop asks for between two steps, so that it can save and stop.
///
/// The flag may be asked for from any thread.
package enum StopSignal {
  /// The first signal that came, 0 before.
  private static let raised = Atomic<Int32>(0)

  /// Whether a signal has asked for an end.
  package static var isRaised: Bool { raised.load(ordering: .relaxed) != 0 }

  /// Catches the two signals from now on, on the calling thread if others block them. The first raises the flag; a second
  /// one ends the process at once with 128 + its number (130 for Ctrl-C) and leaves no half-written file.
  package static func install() {
    // Makes the flag before a handler can need it: a first access may take a lock.
    raised.store(0, ordering: .relaxed)
    ProcessSignals.onInterrupt { number in
      let (isFirst, _) = StopSignal.raised.compareExchange(expected: 0, desired: number, ordering: .relaxed)
      if !isFirst {
        UnfinishedFile.remove()
        _exit(128 + number)
      }
    }
  }

  /// Gives the signals their usual effect again, as when the loop is over.
  package static func uninstall() {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    raised.store(0, ordering: .relaxed)
  }
}
