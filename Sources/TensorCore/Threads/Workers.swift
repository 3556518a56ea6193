import COneDNN
import Foundation
import Synchronization

/// The one pool of threads that computes, and the one file that owns their count.
///
/// All tensor work starts on the pool's first thread (`run`); from there `split` spreads parts over all threads. A
/// part is always done by the same thread and each writes its own outputs, so the same seed and count give the same
/// bits. oneDNN runs on one thread inside each of ours.
package final class Workers: @unchecked Sendable {
  private static let requested = Mutex<Int?>(nil)

  /// Sets the number of threads; to be called before the first tensor work, later calls change nothing.
  package static func request(threads: Int) { requested.withLock { $0 = max(1, threads) } }

  /// The pool that all tensor work uses: as many threads as requested, else as the machine has cores.
  package static let shared = Workers(
    count: requested.withLock { $0 } ?? max(1, ProcessInfo.processInfo.activeProcessorCount))

  /// The number of threads that share work.
  package private(set) var count: Int
  /// The number of threads that there are.
  private let threads: Int
  /// What is measured; set on the tensor thread between operations.
  var profile: Profile?

  private struct Job {
    let finished: DispatchSemaphore
    let work: () -> Void
  }

  private let jobs = NSCondition()
  private var job: Job?
  private let entrance = NSLock()
  private let tensorThread = Atomic<UInt>(0)

  // One fork at a time: `generation` counts forks, `pending` the helpers that have not finished this one.
  private let generation = Atomic<Int>(0)
  private let pending = Atomic<Int>(0)
  private let wake = NSCondition()
  private var parts = 0
  private var body: ((Int) -> Void)?

  /// How often an idle helper looks for work before it sleeps: about fifty microseconds, longer than the gap between
  /// two operations of a training step and short enough not to burn a core.
  private static let spins = 20_000

  init(count: Int) {
    self.count = count
    threads = count
    let thread = Thread { [unowned self] in self.serve() }
    thread.stackSize = 16 << 20
    thread.name = "unroll-tensor"
    thread.start()
    for index in 1..<max(1, count) {
      let helper = Thread { [unowned self] in self.help(index) }
      helper.name = "unroll-worker-\(index)"
      helper.start()
    }
  }

  // MARK: The tensor thread

  private static var currentThread: UInt {
    #if os(Linux)
      return UInt(pthread_self())
    #else
      return UInt(bitPattern: pthread_self())
    #endif
  }

  var onTensorThread: Bool { tensorThread.load(ordering: .relaxed) == Self.currentThread }

  /// Runs `work` on the tensor thread and waits for it. Calls from several threads take turns; a call from the tensor
  /// thread runs at once.
  package func run<Result, Failure: Error>(_ work: () throws(Failure) -> Result) throws(Failure) -> Result {
    if onTensorThread { return try work() }
    entrance.lock()
    defer { entrance.unlock() }
    var outcome: Swift.Result<Result, Failure>?
    let finished = DispatchSemaphore(value: 0)
    withoutActuallyEscaping(work) { work in
      withUnsafeMutablePointer(to: &outcome) { slot in
        jobs.lock()
        job = Job(finished: finished) {
          do throws(Failure) { slot.pointee = .success(try work()) } catch { slot.pointee = .failure(error) }
        }
        jobs.signal()
        jobs.unlock()
        finished.wait()
      }
    }
    guard let outcome else { preconditionFailure("the tensor thread did not run its work") }
    return try outcome.get()
  }

  private func serve() {
    tensorThread.store(Self.currentThread, ordering: .relaxed)
    unroll_dnnl_use_one_thread()
    while true {
      jobs.lock()
      while job == nil { jobs.wait() }
      var current = job.take()
      jobs.unlock()
      let finished = current?.finished
      current?.work()
      // The caller's closure must be gone before the caller goes on.
      current = nil
      finished?.signal()
    }
  }

  /// Shares work over fewer threads than there are, for measurements; called on the tensor thread.
  package func use(threads wanted: Int) { count = max(1, min(wanted, threads)) }

  // MARK: Fork and join

  /// Runs `body(0) … body(parts - 1)` over all threads and returns when every part is done. Part p belongs to thread
  /// p mod count. Called from the tensor thread; a call from inside a part runs its parts in turn.
  package func split(_ parts: Int, _ body: (Int) -> Void) {
    if parts <= 1 || count == 1 || !onTensorThread || self.body != nil {
      for part in 0..<parts { body(part) }
      return
    }
    withoutActuallyEscaping(body) { body in
      wake.lock()
      self.body = body
      self.parts = parts
      pending.store(threads - 1, ordering: .relaxed)
      generation.add(1, ordering: .releasing)
      wake.broadcast()
      wake.unlock()
      for part in stride(from: 0, to: parts, by: count) { body(part) }
      var looks = 0
      while pending.load(ordering: .acquiring) != 0 {
        looks += 1
        if looks > Self.spins { sched_yield() }
      }
      self.body = nil
    }
  }

  private func help(_ index: Int) {
    unroll_dnnl_use_one_thread()
    var seen = 0
    while true {
      var looks = 0
      while generation.load(ordering: .acquiring) == seen && looks < Self.spins { looks += 1 }
      if generation.load(ordering: .acquiring) == seen {
        wake.lock()
        while generation.load(ordering: .acquiring) == seen { wake.wait() }
        wake.unlock()
      }
      seen += 1
      if index < count, let body { for part in stride(from: index, to: parts, by: count) { body(part) } }
      pending.subtract(1, ordering: .releasing)
    }
  }
}

/// The part of `0..<count` that belongs to `part` of `parts`, with borders on multiples of `multiple`.
package func share(of count: Int, part: Int, parts: Int, multiple: Int = 1) -> Range<Int> {
  let blocks = (count + multiple - 1) / multiple
  let start = min(count, blocks * part / parts * multiple)
  let end = min(count, blocks * (part + 1) / parts * multiple)
  return start..<end
}
