import Foundation
import Synchronization

/// The temporary file that ``AtomicFile`` is writing, so that a signal handler can remove it before the process ends.
///
/// One at a time: a file that is begun while another one is open is not kept here.
package enum UnfinishedFile {
  /// The address of the path as C text, 0 when no file is open. Whoever takes it out owns the text.
  private static let path = Atomic<UInt>(0)

  /// Makes the place of the path: a first access may take a lock, which a signal handler must not.
  static func prepare() { _ = path.load(ordering: .relaxed) }

  /// Runs `body` while the file at `path` is the unfinished one.
  static func tracking<Result>(_ path: String, _ body: () throws -> Result) rethrows -> Result {
    let text = strdup(path)
    let address = UInt(bitPattern: text)
    let (isTracked, _) = self.path.compareExchange(expected: 0, desired: address, ordering: .acquiringAndReleasing)
    defer {
      // A handler that has taken the path still reads it: then it is not ours to free.
      let isOurs =
        !isTracked
        || self.path.compareExchange(expected: address, desired: 0, ordering: .acquiringAndReleasing).exchanged
      if isOurs { free(text) }
    }
    return try body()
  }

  /// Removes the unfinished file and says whether there was one. Only for a process that ends right after: a signal
  /// handler may call it once `prepare` has been called.
  @discardableResult
  package static func remove() -> Bool {
    let address = path.exchange(0, ordering: .acquiringAndReleasing)
    guard let text = UnsafePointer<CChar>(bitPattern: address) else { return false }
    return unlink(text) == 0
  }
}
