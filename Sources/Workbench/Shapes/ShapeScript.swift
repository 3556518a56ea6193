/// What happens in a clip: actions one after another, together as long as the clip.
///
/// First nothing, then a shape appears, does one thing or more, may rest in between, and may vanish in the end. Actions
/// last eight frames or more (appearing and vanishing five), rests four, and no action follows itself, so that what
/// happened can be told from the frames.
struct ShapeScript {
  /// The kind of the shape.
  let kind: ShapeKind
  /// The proportions of the frame, in units of its shorter side.
  private let width: Double
  private let height: Double

  private(set) var spans: [ShapeSpan] = []
  /// Where the shape is before it appears.
  let start: ShapePose

  /// Makes up what `kind` does in `frames` frames, 24 at least.
  init(_ kind: ShapeKind, frames: Int, width: Double, height: Double, _ random: inout ShapeRandom) {
    self.kind = kind
    self.width = width
    self.height = height
    let first = random.pick(ShapeAction.motions.filter { kind.showsTurns || ($0 != .turnLeft && $0 != .turnRight) })
    let span = ShapeSpan(
      first, first == .bounce ? 2 * ShapeSpan.hop : Self.shortestAction, amount: Self.amount(first, &random))
    start = Self.start(kind, width, height, fitting: span, &random)
    plan(frames, first, &random)
  }

  /// A place and a size at which the shape can do what it is to do first. Were all that comes first chosen by what the
  /// place allows, hardly any shape would grow.
  private static func start(
    _ kind: ShapeKind, _ width: Double, _ height: Double, fitting span: ShapeSpan, _ random: inout ShapeRandom
  ) -> ShapePose {
    var pose: ShapePose
    var tries = 0
    repeat {
      let size = random.number(0.12...min(0.28, 0.3 / kind.reach))
      let edge = kind.reach * size + margin
      pose = ShapePose(x: random.number(edge...width - edge), y: random.number(edge...height - edge), size: size)
      tries += 1
    } while tries < 100 && !fits(span, kind, width, height, from: pose)
    return pose
  }

  /// The label of every frame: what the shape does between the frame before and this one.
  var labels: [ShapeAction] { spans.flatMap { [ShapeAction](repeating: $0.action, count: $0.length) } }

  /// The pose in every frame.
  var poses: [ShapePose] {
    var pose = start
    return spans.flatMap { span in
      (0..<span.length).map { step in
        pose = span.advanced(pose, step: step)
        return pose
      }
    }
  }

  // MARK: Planning

  /// The free space around a shape, in units of the shorter side.
  private static let margin = 1.0 / 64
  private static let sizes = 0.1...0.31
  private static let shortestAction = 8
  private static let longestAction = 18
  private static let shortestRest = 4

  private mutating func plan(_ frames: Int, _ first: ShapeAction, _ random: inout ShapeRandom) {
    let lead = random.number(2...4)
    let appear = ShapeSpan(.appear, random.number(5...7))
    var vanish: ShapeSpan? = ShapeSpan(.vanish, random.number(5...7))
    let tail = 2
    var room = frames - lead - appear.length
    let roomBesidesEnd = room - (vanish?.length ?? 0) - tail
    if random.happens(percent: 60), roomBesidesEnd >= Self.shortestAction {
      room = roomBesidesEnd
    } else {
      vanish = nil
    }
    let actions = act(room: &room, frames, first, from: appear.applied(to: start), &random)

    // What is left over goes to rests and to empty frames.
    var ending: [ShapeSpan] = []
    var leadMore = 0
    if let vanish {
      if room >= Self.shortestRest, random.happens(percent: 40) {
        let rest = random.number(Self.shortestRest...min(room, 10))
        ending.append(ShapeSpan(.still, rest))
        room -= rest
      }
      leadMore = random.number(0...room)
      ending += [vanish, ShapeSpan(.none, tail + room - leadMore)]
    } else if room >= Self.shortestRest {
      ending.append(ShapeSpan(.still, room))
    } else {
      leadMore = room
    }
    spans = [ShapeSpan(.none, lead + leadMore), appear] + actions + ending
  }

  /// One action or more, with rests before some; takes their frames off `room`.
  private func act(
    room: inout Int, _ frames: Int, _ first: ShapeAction, from pose: ShapePose, _ random: inout ShapeRandom
  ) -> [ShapeSpan] {
    let most = max(1, min(room / 10, max(3, frames / 20)))
    let count = random.number(max(1, min(most, room / 16))...most)
    var (spans, pose) = ([ShapeSpan](), pose)
    for place in 0..<count {
      let last = spans.last?.action
      let kept = Self.shortestAction * (count - 1 - place)
      let rest = min(8, room - kept - Self.shortestAction)
      if rest >= Self.shortestRest, random.happens(percent: 35) {
        spans.append(ShapeSpan(.still, random.number(Self.shortestRest...rest)))
        room -= spans[spans.count - 1].length
      }
      let longest = min(Self.longestAction, room - kept)
      let wanted = place == 0 ? fitted(first, pose, longest: longest, &random) : nil
      guard let span = wanted ?? action(after: last, from: pose, longest: longest, &random) else { break }
      pose = span.applied(to: pose)
      spans.append(span)
      room -= span.length
    }
    // Two rests in a row would be one.
    if spans.last?.action == .still { room += spans.removeLast().length }
    return spans
  }

  /// Something that the shape can do where it is, other than what it did before.
  private func action(
    after last: ShapeAction?, from pose: ShapePose, longest: Int, _ random: inout ShapeRandom
  ) -> ShapeSpan? {
    // What needs most room gets two chances.
    var choices = ShapeAction.motions.filter { $0 != last } + [.grow, .shrink].filter { $0 != last }
    while !choices.isEmpty {
      let choice = choices.remove(at: random.number(0...choices.count - 1))
      if let span = fitted(choice, pose, longest: longest, &random) { return span }
    }
    return nil
  }

  /// The action with a speed and a length at which the shape stays inside the frame; nil when there is none.
  private func fitted(
    _ action: ShapeAction, _ pose: ShapePose, longest: Int, _ random: inout ShapeRandom
  ) -> ShapeSpan? {
    let amount = Self.amount(action, &random)
    if action == .turnLeft || action == .turnRight, !kind.showsTurns { return nil }
    let lengths =
      action == .bounce
      ? [2 * ShapeSpan.hop, 3 * ShapeSpan.hop].filter { $0 <= longest }
      : longest >= Self.shortestAction ? Array(Self.shortestAction...longest) : []
    let possible = lengths.map { ShapeSpan(action, $0, amount: amount) }.prefix {
      Self.fits($0, kind, width, height, from: pose)
    }
    return possible.isEmpty ? nil : random.pick(Array(possible))
  }

  /// What a frame of an action changes.
  private static func amount(_ action: ShapeAction, _ random: inout ShapeRandom) -> Double {
    switch action {
    case .grow, .shrink: random.number(0.012...0.016)
    case .turnLeft, .turnRight: random.number(7.0...10)
    case .bounce: random.number(0.085...0.1)
    default: random.number(0.018...0.032)
    }
  }

  private static func fits(
    _ span: ShapeSpan, _ kind: ShapeKind, _ width: Double, _ height: Double, from pose: ShapePose
  ) -> Bool {
    let end = span.applied(to: pose)
    let edge = kind.reach * end.size + margin
    let lift = span.action == .bounce ? span.amount : 0
    return sizes.contains(end.size) && end.x >= edge && end.x <= width - edge && end.y - lift >= edge
      && end.y <= height - edge
  }
}
