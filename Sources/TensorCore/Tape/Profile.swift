import Synchronization

/// Where the time of training goes: laps of one clock, each put down to the operation that ended it, so that nothing is left out.
///
/// Operations lap by themselves when they are recorded on a tape and when the tape goes back over them; whoever works beside the
/// tape laps by hand. Matrix products are timed apart, on the tensor thread, and their operations counted on all.
package final class Profile: @unchecked Sendable {
  /// What one kind of operation took.
  package struct Work {
    /// How often it was done.
    package internal(set) var calls = 0
    /// All of its time on the tensor thread: products, the rest of it, and waiting for the other threads.
    package internal(set) var time = Duration.zero
    /// Its matrix products on the tensor thread, each thread having a like share.
    package internal(set) var productTime = Duration.zero
    /// Floating-point operations of its matrix products, on all threads.
    package internal(set) var flops = 0
    /// Bytes of its operands and results, each counted once: less than what moves, if they do not fit the cache.
    package internal(set) var bytes = 0

    package init() {}
  }

  /// What was done, by name; operations of the way back have `, back` behind theirs.
  package private(set) var work: [String: Work] = [:]
  private var start = ContinuousClock.now
  private var products = Duration.zero
  private let flops = Atomic<Int>(0)

  /// Measures what `body` does on the tensor thread, where it is called.
  package static func measure(_ body: (Profile) -> Void) -> Profile {
    let profile = Profile()
    Workers.shared.profile = profile
    body(profile)
    Workers.shared.profile = nil
    return profile
  }

  /// Puts what was done since the last lap down to `name`. `bytes` are those of operands and results.
  package func lap(_ name: String, bytes: Int = 0) {
    let now = ContinuousClock.now
    work[name, default: Work()].add(
      time: now - start, products: products, flops: flops.exchange(0, ordering: .relaxed), bytes: bytes)
    start = now
    products = .zero
  }

  /// Times a matrix product of this thread.
  func product(flops count: Int, _ body: () -> Void) {
    flops.add(count, ordering: .relaxed)
    guard Workers.shared.onTensorThread else { return body() }
    let start = ContinuousClock.now
    body()
    products += ContinuousClock.now - start
  }
}

extension Profile.Work {
  /// Adds what was done `calls` times in all.
  package mutating func add(time: Duration, products: Duration, flops: Int, bytes: Int, calls: Int = 1) {
    self.calls += calls
    self.time += time
    productTime += products
    self.flops += flops
    self.bytes += bytes
  }
}
