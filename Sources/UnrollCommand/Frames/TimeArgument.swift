import ArgumentParser

/// A time as people write it: `12.5` seconds, `1:02.5`, or `00:01:02.500`.
struct TimeArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    let isNegative = argument.hasPrefix("-")
    let parts = argument.dropFirst(isNegative ? 1 : 0).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3, let last = parts.last, let seconds = ExactNumber(last) else { return nil }
    var whole: Int128 = 0
    for (place, part) in parts.dropLast().enumerated() {
      // Only the first part may be 60 or more.
      guard let number = ExactNumber(part), number.denominator == 1, place == 0 || number.numerator < 60 else {
        return nil
      }
      whole = (whole + number.numerator) * 60
    }
    guard parts.count == 1 || seconds.numerator < 60 * seconds.denominator else { return nil }
    let time = Duration(attoseconds: whole * .second + seconds.numerator * .second / seconds.denominator)
    duration = isNegative ? .zero - time : time
  }
}

/// Times separated by commas, in ascending order.
struct TimeList: ExpressibleByArgument {
  let durations: [Duration]

  init?(argument: String) {
    let times = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      TimeArgument(argument: String($0))
    }
    durations = times.compactMap { $0?.duration }
    if durations.count != times.count { return nil }
  }
}

/// Frames a second, exactly: `25`, `29.97` or `30000/1001`.
struct RateArgument: ExpressibleByArgument {
  /// From one frame to the next.
  let interval: Duration

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { ExactNumber($0) }
    guard parts.count <= 2, let above = parts[0], let below = parts.count == 2 ? parts[1] : ExactNumber("1"),
      parts.count == 1 || (above.denominator == 1 && below.denominator == 1),
      above.numerator > 0, below.numerator > 0
    else { return nil }
    let (numerator, denominator) = (above.numerator, above.denominator * below.numerator)
    interval = Duration(attoseconds: (denominator * .second + numerator / 2) / numerator)
  }
}

extension Int128 {
  /// A second in attoseconds.
  fileprivate static let second: Int128 = 1_000_000_000_000_000_000
}

extension Duration {
  fileprivate init(attoseconds: Int128) {
    self.init(
      secondsComponent: Int64(attoseconds / .second), attosecondsComponent: Int64(attoseconds % .second))
  }
}
