package import Foundation
import Synchronization

// Foundation gives a program the descriptors that it is meant to have and closes those that it finds open. One that
// another thread opens in between is inherited: the write end of a pipe, or the socket by which Foundation learns that a
// program has ended. Its reader then waits for both programs. On two cores that came to a deadlock of the suite: ffmpeg
// had ended, its test waited for a shell too, that waited for its reader, and the reader for the thread of the test.
private let starting = Mutex(())

extension Process {
  /// `run()`, of one process at a time.
  package func start() throws { try starting.withLock { _ in try run() } }
}

extension Pipe {
  /// A pipe that no process inherits by chance.
  package static func unshared() -> Pipe { starting.withLock { _ in Pipe() } }
}
