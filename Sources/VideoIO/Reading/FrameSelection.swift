import Diagnostics

/// Which frames of a video to take. Times are compared with timestamps to the nearest microsecond.
public enum FrameSelection: Sendable, Hashable {
  /// Every frame.
  case all
  /// The first frame and every so many frames after it.
  case every(Int)
  /// One frame for each step of a regular clock: the one whose timestamp is nearest, the earlier of two that are as near.
  /// The clock begins with the range, or else with the first frame. Where frames are further apart than the steps, a
  /// frame is taken more than once.
  case interval(Duration)
  /// So many frames, each from the middle of one of as many equal parts (Wang et al. 2016, Temporal Segment Networks).
  /// The video is read twice, since only reading tells how many frames it has.
  case evenlySpread(Int)
  /// Frames by their place in display order, from 0; in ascending order.
  case indexes([Int])
  /// The frames that are on the screen at these times, in ascending order; before the first frame, the first one.
  case times([Duration])

  /// Throws `usage` for what makes no sense.
  package func check() throws {
    let mostSpread = 1_000_000
    switch self {
    case .all: break
    case .every(let step) where step < 1:
      throw UnrollError(.usage, "every \(step)th frame cannot be taken", advice: "choose a number above 0")
    case .interval(let step) where step.microseconds < 1:
      throw UnrollError(.usage, "the time between frames is not above zero", advice: "choose at least a microsecond")
    case .evenlySpread(let count) where !(1...mostSpread).contains(count):
      throw UnrollError(
        .usage, "\(count) frames cannot be spread evenly", advice: "choose a number from 1 to \(mostSpread)")
    case .indexes(let indexes) where indexes.contains(where: { $0 < 0 }):
      throw UnrollError(.usage, "an index is below 0", advice: "count frames from 0")
    case .indexes(let indexes) where indexes != indexes.sorted():
      throw UnrollError(.usage, "the indexes are not ascending", advice: "sort them")
    case .times(let times) where times != times.sorted():
      throw UnrollError(.usage, "the times are not ascending", advice: "sort them")
    case .every, .interval, .evenlySpread, .indexes, .times: break
    }
  }
}

extension Duration {
  /// The nearest whole microsecond, halves away from zero.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    let parts = Int128(seconds) * 1_000_000_000_000_000_000 + Int128(attoseconds)
    return Int64(clamping: parts.dividedRounding(by: 1_000_000_000_000))
  }

  /// `count` times this, to the nearest microsecond: no error adds up from step to step.
  func microseconds(times count: Int64) -> Int64 {
    let (seconds, attoseconds) = components
    let (parts, overflow) = (Int128(seconds) * 1_000_000_000_000_000_000 + Int128(attoseconds))
      .multipliedReportingOverflow(by: Int128(count))
    return overflow ? .max : Int64(clamping: parts.dividedRounding(by: 1_000_000_000_000))
  }
}
