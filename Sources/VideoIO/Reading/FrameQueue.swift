import Foundation

/// A bounded queue between the thread that decodes and whoever takes the frames. The decoder waits while it is full, the
/// taker while it is empty: a thread in `take`, a task in `next`.
final class FrameQueue: @unchecked Sendable {
  // Everything below is touched only while `condition` is locked.
  private let condition = NSCondition()
  private let capacity: Int
  private var frames: [Frame] = []
  private var end: Result<Void, any Error>?
  private var isCancelled = false
  private var waiter: CheckedContinuation<Frame?, any Error>?

  init(capacity: Int) { self.capacity = capacity }

  // MARK: The decoder's side

  /// Adds a frame, and waits for room first. False when nobody wants frames any more.
  func put(_ frame: Frame) -> Bool {
    condition.lock()
    while frames.count >= capacity && !isCancelled { condition.wait() }
    if isCancelled {
      condition.unlock()
      return false
    }
    let waiting = waiter
    waiter = nil
    if waiting == nil { frames.append(frame) }
    condition.broadcast()
    condition.unlock()
    waiting?.resume(returning: frame)
    return true
  }

  /// Says that no frame will follow, and why.
  func finish(_ result: Result<Void, any Error>) {
    condition.lock()
    if end == nil { end = result }
    let waiting = waiter
    waiter = nil
    condition.broadcast()
    condition.unlock()
    waiting?.resume(with: result.map { nil })
  }

  /// Says that nobody wants frames any more; whoever waits for one gets a `CancellationError`.
  func cancel() {
    condition.lock()
    isCancelled = true
    frames.removeAll()
    if end == nil { end = .failure(CancellationError()) }
    let waiting = waiter
    waiter = nil
    condition.broadcast()
    condition.unlock()
    waiting?.resume(throwing: CancellationError())
  }

  // MARK: The taker's side

  /// The next frame; nil at the end. Blocks the thread.
  func take() throws -> Frame? {
    condition.lock()
    while frames.isEmpty && end == nil { condition.wait() }
    return try removeFirst()
  }

  /// The next frame; nil at the end. One task at a time.
  func next() async throws -> Frame? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        condition.lock()
        if frames.isEmpty && end == nil {
          waiter = continuation
          condition.unlock()
        } else {
          continuation.resume(with: Result { try removeFirst() })
        }
      }
    } onCancel: {
      cancel()
    }
  }

  /// What is there: a frame or the end. Called with the lock held, which it gives up.
  private func removeFirst() throws -> Frame? {
    if frames.isEmpty {
      let end = end
      condition.unlock()
      try end?.get()
      return nil
    }
    let frame = frames.removeFirst()
    condition.broadcast()
    condition.unlock()
    return frame
  }
}
