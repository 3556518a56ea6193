import Diagnostics

/// The decoded frames of a half-open range of time, numbered from its first.
///
/// Used by one thread at a time.
final class FrameRange {
  private let source: FrameSource
  private let end: Int64?
  private let start: Int64?
  private var count = 0
  private var isOver = false

  /// - Parameters:
  ///   - source: At its beginning, or at a key frame before the range.
  ///   - range: In microseconds.
  init(_ source: FrameSource, from start: Int64?, to end: Int64?) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// The next frame of the range; nil after the last. Throws as ``FrameSource/next()`` does.
  func next() throws -> SelectedFrame? {
    while !isOver, let frame = try source.next() {
      let time = frame.timestamp.microseconds
      if let start, time < start { continue }
      if let end, time >= end { break }
      count += 1
      return (frame, count - 1)
    }
    isOver = true
    return nil
  }
}
