/// Where a shape is, how large, how far turned and how visible: all that its actions change.
///
/// Lengths are in units of the shorter side of the frame, so that a clip shows the same at every size of that proportion.
struct ShapePose: Equatable {
  /// The centre, from the left.
  var x: Double
  /// The centre, from the top.
  var y: Double
  var size: Double
  /// Degrees, clockwise.
  var angle = 0.0
  /// From 0, not to be seen, to 1.
  var opacity = 0.0
  /// How far a hop lifts it.
  var lift = 0.0
}

/// An action and for how many frames it goes on.
package struct ShapeSpan: Sendable, Equatable {
  /// What the shape does.
  package let action: ShapeAction
  /// Frames, above 0.
  package internal(set) var length: Int
  /// What a frame changes: a length for moves, growing and shrinking, degrees for turns, the height of a hop.
  let amount: Double

  init(_ action: ShapeAction, _ length: Int, amount: Double = 0) {
    self.action = action
    self.length = length
    self.amount = amount
  }

  /// Frames that a hop takes. Its first one lifts the shape farther than any move does, so that a hop is told from a move
  /// at once.
  static let hop = 6

  /// The pose at frame `step` of the action, counted from 0, made from that of the frame before.
  func advanced(_ pose: ShapePose, step: Int) -> ShapePose {
    var pose = pose
    switch action {
    case .none, .still: break
    case .appear: pose.opacity = Double(step + 1) / Double(length)
    case .vanish: pose.opacity = Double(length - step - 1) / Double(length)
    case .moveLeft: pose.x -= amount
    case .moveRight: pose.x += amount
    case .moveUp: pose.y -= amount
    case .moveDown: pose.y += amount
    case .turnLeft: pose.angle -= amount
    case .turnRight: pose.angle += amount
    case .grow: pose.size += amount
    case .shrink: pose.size -= amount
    case .bounce:
      let moment = Double((step + 1) % Self.hop) / Double(Self.hop)
      pose.lift = 4 * amount * moment * (1 - moment)
    }
    return pose
  }

  /// The pose after the action.
  func applied(to pose: ShapePose) -> ShapePose {
    (0..<length).reduce(pose) { advanced($0, step: $1) }
  }
}
