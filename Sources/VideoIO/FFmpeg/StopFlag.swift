import Foundation
import Synchronization

/// Tells a thread that reads a video to stop, also while it waits for bytes of an idle pipe.
final class StopFlag: Sendable {
  private let raised = Atomic<Bool>(false)
  /// The two ends of a pipe that wakes a `poll`; -1 where there is none.
  private let wakeEnds: (read: Int32, write: Int32)

  /// - Parameter wakes: Whether something will wait in `poll` for `descriptor`.
  init(wakes: Bool) {
    var ends: [Int32] = [-1, -1]
    if wakes, pipe(&ends) == 0 {
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    wakeEnds = (ends[0], ends[1])
  }

  deinit {
    for end in [wakeEnds.read, wakeEnds.write] where end >= 0 { close(end) }
  }

  /// Becomes readable when the flag is raised; -1 where there is none.
  var descriptor: Int32 { wakeEnds.read }

  var isRaised: Bool { raised.load(ordering: .relaxed) }

  func raise() {
    guard !raised.exchange(true, ordering: .sequentiallyConsistent), wakeEnds.write >= 0 else { return }
    var byte: UInt8 = 0
    // One byte fits an empty pipe: this cannot fail, and the flag is up in any case.
    _ = write(wakeEnds.write, &byte, 1)
  }
}
