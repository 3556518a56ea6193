/// What the frames of a video have told so far, one after the other.
package struct FrameCount: Sendable {
  package private(set) var frames = 0
  package private(set) var keyFrames = 0
  package private(set) var derivedTimestamps = 0
  package private(set) var isInterlaced = false
  package private(set) var first: FrameInfo?
  package private(set) var last: FrameInfo?
  /// From a frame to the next, in ticks.
  private var gaps: ClosedRange<Int64>?

  package init() {}

  package mutating func add(_ frame: FrameInfo) {
    if let last {
      let gap = frame.timestamp.ticks &- last.timestamp.ticks
      gaps = gaps.map { min($0.lowerBound, gap)...max($0.upperBound, gap) } ?? gap...gap
    }
    frames += 1
    keyFrames += frame.isKeyFrame ? 1 : 0
    derivedTimestamps += frame.isTimestampDerived ? 1 : 0
    isInterlaced = isInterlaced || frame.isInterlaced
    first = first ?? frame
    last = frame
  }

  /// Whether all frames are as far apart, as exactly as ticks can say.
  package var isRateConstant: Bool { gaps.map { $0.upperBound &- $0.lowerBound <= 1 } ?? true }

  /// From the first frame to the end of the last, in seconds.
  package var duration: Double {
    guard let first, let last else { return 0 }
    return Timestamp(ticks: last.end.ticks &- first.timestamp.ticks, timeBase: first.timestamp.timeBase).seconds
  }

  /// Frames a second; nil where the last frame has no end and no other comes before it.
  package var rate: Double? { duration > 0 ? Double(frames) / duration : nil }
}
