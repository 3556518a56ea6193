import Foundation

/// A bounded queue between a thread that makes things and whoever takes them. The maker waits while it is full, the taker
/// while it is empty: a thread in `take`, a task in `next`. There is one of each.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  // Everything below is touched only while `condition` is locked.
  private let condition = NSCondition()
  private let capacity: Int
  private var elements: [Element] = []
  private var end: Result<Void, any Error>?
  private var isCancelled = false
  private var waiter: CheckedContinuation<Element?, any Error>?

  package init(capacity: Int) { self.capacity = capacity }

  // MARK: The maker's side

  /// Adds something, and waits for room first. False when nobody wants more.
  package func put(_ element: Element) -> Bool {
    condition.lock()
    while elements.count >= capacity && !isCancelled { condition.wait() }
    if isCancelled {
      condition.unlock()
      return false
    }
    let waiting = waiter
    waiter = nil
    if waiting == nil { elements.append(element) }
    condition.broadcast()
    condition.unlock()
    waiting?.resume(returning: element)
    return true
  }

  /// Says that nothing will follow, and why.
  package func finish(_ result: Result<Void, any Error>) {
    condition.lock()
    if end == nil { end = result }
    let waiting = waiter
    waiter = nil
    condition.broadcast()
    condition.unlock()
    waiting?.resume(with: result.map { nil })
  }

  /// Says that nobody wants more; whoever waits gets a `CancellationError`, as does who has not taken everything yet.
  package func cancel() {
    condition.lock()
    isCancelled = true
    if end == nil || !elements.isEmpty { end = .failure(CancellationError()) }
    elements.removeAll()
    let waiting = waiter
    waiter = nil
    condition.broadcast()
    condition.unlock()
    waiting?.resume(throwing: CancellationError())
  }

  // MARK: The taker's side

  /// The next one; nil at the end. Blocks the thread.
  package func take() throws -> Element? {
    condition.lock()
    while elements.isEmpty && end == nil { condition.wait() }
    return try removeFirst()
  }

  /// The next one; nil at the end. One task at a time.
  package func next() async throws -> Element? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        condition.lock()
        if elements.isEmpty && end == nil {
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

  /// What is there: an element or the end. Called with the lock held, which it gives up.
  private func removeFirst() throws -> Element? {
    if elements.isEmpty {
      let end = end
      condition.unlock()
      try end?.get()
      return nil
    }
    let element = elements.removeFirst()
    condition.broadcast()
    condition.unlock()
    return element
  }
}
