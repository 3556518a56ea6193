/// The kinds of shape in the generated clips.
package enum ShapeKind: String, CaseIterable, Sendable {
  case circle, square, triangle, star, cross, ring

  /// Whether one sees it turn.
  var showsTurns: Bool { self != .circle && self != .ring }

  /// How far its farthest point is from its centre when its size is 1.
  var reach: Double {
    switch self {
    case .circle, .ring: 1
    case .square: 1.22
    case .triangle: 1.3
    case .star: 1.35
    case .cross: 1.12
    }
  }

  /// How far outside of the border a point is, below zero inside; exact near straight borders, which is what drawing
  /// smooth borders needs.
  ///
  /// - Parameters:
  ///   - x: To the right of the centre, in the shape's own directions, in units of its size.
  ///   - y: Below the centre, likewise.
  func distance(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .circle: return (x * x + y * y).squareRoot() - 1
    case .ring: return abs((x * x + y * y).squareRoot() - 0.75) - 0.25
    case .square: return max(abs(x), abs(y)) - 0.86
    case .triangle: return max(y, 0.8660254037844386 * abs(x) - 0.5 * y) - 0.65
    case .cross:
      return min(max(abs(x) - 1.06, abs(y) - 0.36), max(abs(x) - 0.36, abs(y) - 1.06))
    case .star: return Self.starDistance(x, y)
    }
  }

  /// A point is in a five-pointed star if it is on the inner side of four of its five lines at least.
  private static func starDistance(_ x: Double, _ y: Double) -> Double {
    var (first, second) = (-Double.infinity, -Double.infinity)
    for line in starLines {
      let outside = line.x * x + line.y * y - 0.417
      if outside > first {
        (first, second) = (outside, first)
      } else if outside > second {
        second = outside
      }
    }
    return second
  }

  /// Across the five lines, outwards.
  private static let starLines: [(x: Double, y: Double)] = (0..<5).map { side in
    let turn = ExactTurn(degrees: 90 + 72 * Double(side))
    return (turn.cosine, turn.sine)
  }
}
