import Diagnostics

/// Turns the times of frames into ticks of the file, and refuses those that the file cannot hold exactly.
struct WritingClock {
  /// Times further from zero would overflow FFmpeg's arithmetic: 8.9 years of microseconds.
  private static let latest = Int128(1) << 48

  let container: VideoContainer
  /// A tick of the file.
  let timeBase: TimeBase
  /// The name for errors.
  let file: String
  private(set) var last: (timestamp: Timestamp, ticks: Int64)?
  private var count: Int64 = 0

  init(_ container: VideoContainer, timeBase: TimeBase, file: String) {
    self.container = container
    self.timeBase = timeBase
    self.file = file
  }

  /// The ticks of the next frame's time. Throws `usage` when the file cannot hold it, or it does not come after the last.
  mutating func advance(to timestamp: Timestamp) throws -> Int64 {
    let ticks = try exactTicks(timestamp, "the time")
    if let last, ticks <= last.ticks {
      throw UnrollError(
        .usage, file: file,
        "the frame at \(timestamp.named) does not come after the one before it, at \(last.timestamp.named)",
        advice: "append frames in the order of their times")
    }
    guard ticks >= 0 else {
      throw UnrollError(
        .usage, file: file, "a video cannot begin before zero, at \(timestamp.named)",
        advice: "add the same time to all timestamps")
    }
    try checkPlace(ticks, timestamp)
    last = (timestamp, ticks)
    count += 1
    return ticks
  }

  /// The ticks of a frame's duration; nil when it is zero, which means unknown.
  ///
  /// Throws `usage` when it is negative, or the file cannot hold it.
  func lasting(_ duration: Timestamp) throws -> Int64? {
    let ticks = try exactTicks(duration, "the duration")
    guard ticks >= 0, ticks <= container.longestStep else {
      throw UnrollError(
        .usage, file: file, "a frame cannot last \(duration.named)",
        advice: "choose a duration above zero, within reason")
    }
    if container.countsFrames && ticks > 1 { throw inconstantRate("a frame that lasts \(duration.named)") }
    return ticks == 0 ? nil : ticks
  }

  private func checkPlace(_ ticks: Int64, _ timestamp: Timestamp) throws {
    if container.countsFrames && ticks != count { throw inconstantRate("a frame at \(timestamp.named)") }
    if let last, ticks - last.ticks > container.longestStep {
      throw UnrollError(
        .usage, file: file,
        "\(container.description) cannot hold the time from \(last.timestamp.named) to \(timestamp.named)",
        advice: "choose a coarser time base")
    }
  }

  private func inconstantRate(_ what: String) -> UnrollError {
    UnrollError(
      .usage, file: file,
      "\(container.description) holds one frame for each \(timeBase) s from zero on, and so not \(what)",
      advice: "use .mp4")
  }

  private func exactTicks(_ time: Timestamp, _ what: String) throws -> Int64 {
    let scaled = Int128(time.ticks) * Int128(time.timeBase.numerator) * Int128(timeBase.denominator)
    let (ticks, rest) = scaled.quotientAndRemainder(
      dividingBy: Int128(time.timeBase.denominator) * Int128(timeBase.numerator))
    guard rest == 0 else {
      throw UnrollError(
        .usage, file: file, "\(what) \(time.named) is no whole number of ticks of \(timeBase) s, which the file holds",
        advice: container == .matroska
          ? "use .mp4, since \(container.description) holds milliseconds"
          : "make the writer with the time base \(time.timeBase)" + (container == .avi ? ", or use .mp4" : ""))
    }
    guard ticks.magnitude < Self.latest.magnitude else {
      throw UnrollError(
        .usage, file: file, "\(what) \(time.named) is too far from zero", advice: "choose a coarser time base")
    }
    return Int64(ticks)
  }
}

extension Timestamp {
  /// The first whole tick of another time base that is later; for times from zero on.
  func nextTick(of other: TimeBase) -> Int64 {
    let scaled = Int128(ticks) * Int128(timeBase.numerator) * Int128(other.denominator)
    return Int64(clamping: scaled / (Int128(timeBase.denominator) * Int128(other.numerator)) + 1)
  }

  /// For errors: seconds may hide what ticks show.
  fileprivate var named: String { "\(self) s (\(ticks) × \(timeBase))" }
}
