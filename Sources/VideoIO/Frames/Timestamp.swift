/// A moment in a video, exactly as the file has it: a whole number of ticks of a time base.
///
/// Two timestamps are equal when they mean the same moment, whatever their time bases.
public struct Timestamp: Sendable, CustomStringConvertible {
  /// Ticks since the zero of the stream's clock; may be negative.
  public let ticks: Int64
  /// How long a tick is.
  public let timeBase: TimeBase

  /// Makes the moment `ticks` ticks of `timeBase` after zero.
  public init(ticks: Int64, timeBase: TimeBase) {
    self.ticks = ticks
    self.timeBase = timeBase
  }

  /// Seconds, as near as a `Double` comes.
  public var seconds: Double { Double(ticks) * Double(timeBase.numerator) / Double(timeBase.denominator) }

  /// The nearest whole microsecond, halves away from zero, as ffprobe prints it.
  ///
  /// Times that people write are compared with timestamps in this form: 0.066667 is the frame at 2/30 s.
  public var microseconds: Int64 {
    let scaled = Int128(ticks) * Int128(timeBase.numerator) * 1_000_000
    return Int64(clamping: scaled.dividedRounding(by: Int128(timeBase.denominator)))
  }

  /// The time since zero, to the microsecond.
  public var duration: Duration { .microseconds(microseconds) }

  /// Seconds with six decimals, as ffprobe prints them.
  public var description: String {
    let micro = microseconds.magnitude
    let fraction = String(micro % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - fraction.count)
    return "\(microseconds < 0 ? "-" : "")\(micro / 1_000_000).\(zeros)\(fraction)"
  }
}

extension Timestamp: Comparable, Hashable {
  /// Both moments as ticks of a time base that both divide.
  private static func common(_ a: Timestamp, _ b: Timestamp) -> (Int128, Int128) {
    (
      Int128(a.ticks) * Int128(a.timeBase.numerator) * Int128(b.timeBase.denominator),
      Int128(b.ticks) * Int128(b.timeBase.numerator) * Int128(a.timeBase.denominator)
    )
  }

  /// Whether both mean the same moment.
  public static func == (a: Timestamp, b: Timestamp) -> Bool {
    let (left, right) = common(a, b)
    return left == right
  }

  /// Whether `a` comes first.
  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    let (left, right) = common(a, b)
    return left < right
  }

  /// Feeds what equal moments share.
  public func hash(into hasher: inout Hasher) { hasher.combine(microseconds) }
}

/// The length of a tick: `numerator` / `denominator` seconds.
public struct TimeBase: Hashable, Sendable, CustomStringConvertible {
  /// Above zero.
  public let numerator: Int32
  /// Above zero.
  public let denominator: Int32

  /// Makes a tick of `numerator` / `denominator` seconds; both must be above zero.
  public init(_ numerator: Int32, _ denominator: Int32) {
    precondition(numerator > 0 && denominator > 0, "a tick lasts longer than nothing")
    self.numerator = numerator
    self.denominator = denominator
  }

  /// As `1/90000`.
  public var description: String { "\(numerator)/\(denominator)" }
}

extension Int128 {
  /// The nearest whole quotient, halves away from zero.
  func dividedRounding(by divisor: Int128) -> Int128 {
    let half = divisor / 2
    return self >= 0 ? (self + half) / divisor : (self - half) / divisor
  }
}
