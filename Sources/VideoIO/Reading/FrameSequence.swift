/// Frames of a video, decoded ahead on threads of their own while they are looked at.
///
/// Each iteration reads the video anew; of a pipe there can be only one. Decoding waits when a few frames have not been
/// taken yet, and stops when the iterator is let go or its task is cancelled.
public struct FrameSequence: AsyncSequence, Sendable {
  /// A frame of the video.
  public typealias Element = Frame

  let reader: FrameReader
  let plan: ReadPlan

  /// Takes frames from a task.
  public struct Iterator: AsyncIteratorProtocol {
    private let sequence: FrameSequence
    private var pump: FramePump?

    init(_ sequence: FrameSequence) { self.sequence = sequence }

    /// The next frame; nil after the last.
    ///
    /// Throws `UnrollError` when the video cannot be opened or read on, and `CancellationError` when the task is cancelled.
    public mutating func next() async throws -> Frame? {
      let pump = try pump ?? sequence.reader.start(sequence.plan)
      self.pump = pump
      return try await pump.next()
    }
  }

  /// Begins to decode when the first frame is asked for.
  public func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// The same frames for code that is not asynchronous: `while let frame = try frames.next()`.
  public func makeIterator() -> FrameIterator { FrameIterator(self) }
}

/// Takes frames one by one and waits for each; to be used by one thread at a time.
public final class FrameIterator {
  private let sequence: FrameSequence
  private var pump: FramePump?

  init(_ sequence: FrameSequence) { self.sequence = sequence }

  /// The next frame; nil after the last. Throws `UnrollError` when the video cannot be opened or read on.
  public func next() throws -> Frame? {
    let pump = try pump ?? sequence.reader.start(sequence.plan)
    self.pump = pump
    return try pump.take()
  }
}
