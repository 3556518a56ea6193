import Foundation

/// Threads that work ahead: one decodes, one scales what was decoded. (One for both would leave the decoder's own threads
/// without work while it scales; of small frames that costs less than handing them over.) They end with the plan, or
/// soon after the pump is let go.
final class FramePump: Sendable {
  /// Frames that wait between two threads: enough to keep both busy, few enough to cost little memory.
  private static let framesAhead = 3
  /// Frames of so many pixels are scaled by the thread that decodes.
  private static let smallFrame = 640 * 480

  private let decoded: BoundedQueue<SelectedFrame>
  private let frames: BoundedQueue<Frame>
  private let stop: StopFlag

  /// - Parameter opened: The input, if it has been opened already and nothing was read yet.
  init(_ plan: ReadPlan, _ opened: FrameSource?) {
    let stop = opened?.stop ?? StopFlag(wakes: !plan.input.isFile)
    self.stop = stop
    // Of frames larger than 8K video a few would take gigabytes.
    let pixels = (opened?.stream.size).map { $0.width * $0.height } ?? 0
    decoded = BoundedQueue(capacity: pixels > 8192 * 4608 ? 1 : Self.framesAhead)
    frames = BoundedQueue(capacity: pixels > 8192 * 4608 ? 1 : Self.framesAhead)
    if pixels > 0 && pixels <= Self.smallFrame {
      Self.start("unroll-decode") { [frames] in
        let converter = FrameConverter(plan.transform, file: plan.input.name)
        plan.decode(into: frames, opened, stop: stop, converter.frame)
      }
    } else {
      Self.start("unroll-decode") { [decoded] in plan.decode(into: decoded, opened, stop: stop) { $0 } }
      Self.start("unroll-scale") { [decoded, frames] in plan.convert(decoded, into: frames) }
    }
  }

  private static func start(_ name: String, _ work: @escaping @Sendable () -> Void) {
    let thread = Thread(block: work)
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { cancel() }

  /// The next frame; nil at the end. Blocks the thread.
  func take() throws -> Frame? { try frames.take() }

  /// The next frame; nil at the end. When the task is cancelled, decoding stops and `CancellationError` is thrown.
  func next() async throws -> Frame? {
    try await withTaskCancellationHandler {
      try await frames.next()
    } onCancel: {
      cancel()
    }
  }

  private func cancel() {
    stop.raise()
    decoded.cancel()
    frames.cancel()
  }
}
