/// What a shape does from one frame to the next; the labels of the generated clips.
package enum ShapeAction: String, CaseIterable, Sendable {
  /// There is no shape.
  case none
  /// It becomes visible where it is, little by little.
  case appear
  /// It is there and nothing changes.
  case still
  case moveLeft = "move_left"
  case moveRight = "move_right"
  case moveUp = "move_up"
  case moveDown = "move_down"
  /// It hops on the spot.
  case bounce
  /// Counter-clockwise.
  case turnLeft = "turn_left"
  /// Clockwise.
  case turnRight = "turn_right"
  case grow
  case shrink
  /// It becomes invisible, little by little.
  case vanish

  /// What a shape can do between appearing and vanishing.
  static let motions: [ShapeAction] = [
    .moveLeft, .moveRight, .moveUp, .moveDown, .bounce, .turnLeft, .turnRight, .grow, .shrink,
  ]

  /// The words of a sentence on it; nil for what no sentence mentions.
  var phrase: String? {
    switch self {
    case .none, .still: nil
    case .appear: "appears"
    case .moveLeft: "moves to the left"
    case .moveRight: "moves to the right"
    case .moveUp: "moves up"
    case .moveDown: "moves down"
    case .bounce: "bounces"
    case .turnLeft: "turns to the left"
    case .turnRight: "turns to the right"
    case .grow: "grows"
    case .shrink: "shrinks"
    case .vanish: "vanishes"
    }
  }
}
