import ArgumentParser
import VideoIO

/// A time as people write it: `12.5` or `12.5s` seconds, `1:02.5`, or `00:01:02.500`.
struct TimeArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    let isPlain = argument.contains(":") || !argument.hasSuffix("s")
    guard let duration = Duration(timeText: isPlain ? argument : String(argument.dropLast())) else { return nil }
    self.duration = duration
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
  /// The nearest number.
  let perSecond: Double

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { ExactNumber($0) }
    guard parts.count <= 2, let above = parts[0], let below = parts.count == 2 ? parts[1] : ExactNumber("1"),
      parts.count == 1 || (above.denominator == 1 && below.denominator == 1),
      above.numerator > 0, below.numerator > 0
    else { return nil }
    let (numerator, denominator) = (above.numerator, above.denominator * below.numerator)
    perSecond = Double(numerator) / Double(denominator)
    interval = Duration(attosecondsInAll: (denominator * .second + numerator / 2) / numerator)
  }
}
