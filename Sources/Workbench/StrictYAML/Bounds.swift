/// The values that a number may have.
package enum Bounds<Number: Comparable & Sendable>: Sendable {
  /// `least` or more.
  case atLeast(Number)
  /// More than this.
  case above(Number)
  /// Between the two, both included.
  case through(Number, Number)
  /// More than the first, at most the second.
  case aboveThrough(Number, Number)
  /// The first included, the second not.
  case upTo(Number, Number)

  /// Whether `number` may be given.
  package func contains(_ number: Number) -> Bool {
    switch self {
    case .atLeast(let least): number >= least
    case .above(let bound): number > bound
    case .through(let least, let most): number >= least && number <= most
    case .aboveThrough(let bound, let most): number > bound && number <= most
    case .upTo(let least, let bound): number >= least && number < bound
    }
  }

  /// The bounds in words: "from 1 to 64".
  package var words: String {
    switch self {
    case .atLeast(let least): "of \(least) or more"
    case .above(let bound): "greater than \(bound)"
    case .through(let least, let most): "from \(least) to \(most)"
    case .aboveThrough(let bound, let most): "greater than \(bound), at most \(most)"
    case .upTo(let least, let bound): "from \(least) to less than \(bound)"
    }
  }
}
