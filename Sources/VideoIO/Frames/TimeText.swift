extension Duration {
  /// Reads a time as people write it: `12.5` seconds, `1:02.5`, or `00:01:02.500`, exactly; nil for anything else.
  package init?(timeText text: String) {
    let isNegative = text.hasPrefix("-")
    let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ":", omittingEmptySubsequences: false)
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
    let time = Duration(attosecondsInAll: whole * .second + seconds.numerator * .second / seconds.denominator)
    self = isNegative ? .zero - time : time
  }

  /// So many attoseconds.
  package init(attosecondsInAll count: Int128) {
    self.init(secondsComponent: Int64(count / .second), attosecondsComponent: Int64(count % .second))
  }
}

extension Int128 {
  /// A second in attoseconds.
  package static let second: Int128 = 1_000_000_000_000_000_000
}
