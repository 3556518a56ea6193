import Diagnostics

/// Takes from a range of frames those that a selection names.
///
/// Used by one thread at a time.
struct FrameSampler {
  private let selection: FrameSelection
  private let range: FrameRange
  private let file: String
  /// Where a regular clock begins, in microseconds; nil for the first frame.
  private let origin: Int64?
  /// Where a regular clock stops at the latest, in microseconds.
  private let end: Int64?

  /// The place in the list of indexes or times, or the step of the clock.
  private var step = 0
  /// The last frame at or before the moment that is looked for, and the first one after it.
  private var before: SelectedFrame?
  private var after: SelectedFrame?
  private var firstTime: Int64?

  /// - Parameter selection: `evenlySpread` has been turned into indexes before.
  init(_ selection: FrameSelection, of range: FrameRange, origin: Int64?, end: Int64?, file: String) {
    self.selection = selection
    self.range = range
    self.origin = origin
    self.end = end
    self.file = file
  }

  /// The next frame that was selected; nil after the last.
  ///
  /// Throws `usage` when the video has no such frame, and as ``FrameSource/next()`` does.
  mutating func next() throws -> SelectedFrame? {
    switch selection {
    case .all, .evenlySpread: return try range.next()
    case .every(let count): return try nextMultiple(of: count)
    case .indexes(let indexes): return try nextIndexed(indexes)
    case .interval(let interval): return try nextTick(of: interval)
    case .times(let times): return try nextShown(times)
    }
  }

  private func nextMultiple(of count: Int) throws -> SelectedFrame? {
    while let numbered = try range.next() {
      if numbered.index % count == 0 { return numbered }
    }
    return nil
  }

  private mutating func nextIndexed(_ indexes: [Int]) throws -> SelectedFrame? {
    guard step < indexes.count else { return nil }
    let wanted = indexes[step]
    while before.map({ $0.index < wanted }) ?? true {
      let last = before
      before = try range.next()
      guard before != nil else {
        throw UnrollError(
          .usage, file: file, "there is no frame \(wanted)", advice: Self.lastFrame(last.map { $0.index }))
      }
    }
    step += 1
    return before
  }

  private static func lastFrame(_ index: Int?) -> String {
    index.map { "the last one is \($0)" } ?? "there are none in this range"
  }

  private mutating func nextTick(of interval: Duration) throws -> SelectedFrame? {
    if firstTime == nil {
      after = try range.next()
      firstTime = after?.frame.timestamp.microseconds
    }
    guard let firstTime else { return nil }
    let offset = interval.microseconds(times: Int64(step))
    let (time, overflow) = (origin ?? firstTime).addingReportingOverflow(offset)
    if overflow || end.map({ time >= $0 }) == true { return nil }
    try advance(past: time)
    step += 1
    guard let before else { return after }
    guard let after else { return isShown(before.frame, at: time) ? before : nil }
    let gone = Int128(time) - Int128(before.frame.timestamp.microseconds)
    let left = Int128(after.frame.timestamp.microseconds) - Int128(time)
    return left < gone ? after : before
  }

  private mutating func nextShown(_ times: [Duration]) throws -> SelectedFrame? {
    guard step < times.count else { return nil }
    if firstTime == nil {
      after = try range.next()
      firstTime = after?.frame.timestamp.microseconds
    }
    let time = times[step].microseconds
    try advance(past: time)
    defer { step += 1 }
    if before == nil, let after { return (after.frame, step) }
    guard let before, after != nil || isShown(before.frame, at: time) else {
      let end = before.map { "the video ends at \($0.frame.end) s" } ?? "there are no frames in this range"
      throw UnrollError(.usage, file: file, "nothing is shown at \(Timestamp(microseconds: time)) s", advice: end)
    }
    return (before.frame, step)
  }

  /// Reads on until `after` is later than the time, or the range is over.
  private mutating func advance(past time: Int64) throws {
    while let next = after, next.frame.timestamp.microseconds <= time {
      before = next
      after = try range.next()
    }
  }

  /// Whether the last frame is still there at a time. One without a known duration stays for its moment only.
  private func isShown(_ frame: DecodedFrame, at time: Int64) -> Bool {
    time < max(frame.end.microseconds, frame.timestamp.microseconds + 1)
  }
}

extension Timestamp {
  init(microseconds: Int64) { self.init(ticks: microseconds, timeBase: TimeBase(1, 1_000_000)) }
}
