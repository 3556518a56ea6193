import Foundation

/// A thread that decodes ahead into a queue. It ends with the plan, or soon after the pump is let go.
final class FramePump: Sendable {
  /// Frames that wait to be taken: enough to keep both sides busy, few enough to cost little memory.
  private static let framesAhead = 4

  private let queue = FrameQueue(capacity: framesAhead)
  private let stop: StopFlag

  /// - Parameter opened: The input, if it has been opened already and nothing was read yet.
  init(_ plan: ReadPlan, _ opened: FrameSource?) {
    let stop = opened?.stop ?? StopFlag(wakes: !plan.input.isFile)
    self.stop = stop
    let thread = Thread { [queue] in plan.run(into: queue, opened, stop: stop) }
    thread.name = "unroll-frames"
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { cancel() }

  /// The next frame; nil at the end. Blocks the thread.
  func take() throws -> Frame? { try queue.take() }

  /// The next frame; nil at the end. When the task is cancelled, decoding stops and `CancellationError` is thrown.
  func next() async throws -> Frame? {
    try await withTaskCancellationHandler {
      try await queue.next()
    } onCancel: {
      cancel()
    }
  }

  private func cancel() {
    stop.raise()
    queue.cancel()
  }
}
