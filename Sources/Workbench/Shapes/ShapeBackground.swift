import VideoIO

/// What is behind a shape: dull colours in a pattern, far from the shape's brightness, with a few faint marks.
struct ShapeBackground {
  enum Pattern: CaseIterable {
    case plain, gradient, noise, stripes, checkers
    /// A cloudy texture that drifts slowly.
    case drift
  }

  private let pattern: Pattern
  /// Red, green and blue in the middle of the pattern, and what its highs add.
  private let base: [Double]
  private let swing: [Double]
  /// The direction of gradients, stripes and drift.
  private let turn: ExactTurn
  private let frequency: Double
  private let noise: ValueNoise
  private let marks: [Mark]

  /// A faint shape that never changes.
  private struct Mark {
    let kind: ShapeKind
    let x: Double
    let y: Double
    let size: Double
    let strength: Double
  }

  /// Makes up what is behind a shape of some brightness, in a frame of these proportions.
  init(behind brightness: Int, width: Double, height: Double, _ random: inout ShapeRandom) {
    pattern = random.pick(Pattern.allCases)
    let middle = Self.brightness(unlike: brightness, &random)
    base = (0..<3).map { _ in Double(middle + random.number(-14...14)) }
    let strength = random.number(8.0...16)
    swing = (0..<3).map { _ in strength + random.number(-5.0...5) }
    turn = ExactTurn(degrees: random.number(0.0...360))
    frequency = random.number(3.5...7)
    noise = ValueNoise(&random)
    marks = (0..<random.number(0...3)).map { _ in
      Mark(
        kind: random.pick(ShapeKind.allCases), x: random.number(0...width), y: random.number(0...height),
        size: random.number(0.04...0.12), strength: random.number(7.0...12) * (random.happens(percent: 50) ? 1 : -1))
    }
  }

  /// Whether it is the same in all frames.
  var isStill: Bool { pattern != .drift }

  /// The whole picture at `frame`.
  func picture(_ size: PixelSize, frame: Int) -> Pixels {
    var pixels = Pixels(size)
    let scale = Double(min(size.width, size.height))
    let middle = (Double(size.width) / scale / 2, Double(size.height) / scale / 2)
    let stride = pixels.bytesPerRow
    pixels.withUnsafeMutableBytes { bytes in
      for y in 0..<size.height {
        let v = (Double(y) + 0.5) / scale
        var place = y * stride
        for x in 0..<size.width {
          let u = (Double(x) + 0.5) / scale
          let level = level(u - middle.0, v - middle.1, frame: frame, pixel: 1 / scale)
          let mark = marks.isEmpty ? 0 : marking(u, v, scale)
          for channel in 0..<3 {
            bytes[place + channel] = byte(base[channel] + swing[channel] * level + mark)
          }
          place += 3
        }
      }
    }
    return pixels
  }

  /// The pattern, from -1 to 1, at a place counted from the middle.
  private func level(_ u: Double, _ v: Double, frame: Int, pixel: Double) -> Double {
    let along = turn.cosine * u + turn.sine * v
    let across = turn.cosine * v - turn.sine * u
    switch pattern {
    case .plain: return 0
    case .gradient: return min(1, max(-1, 2 * along))
    case .noise: return noise.value(u * 24, v * 24)
    case .stripes: return wave(along, pixel)
    case .checkers: return wave(along, pixel) * wave(across, pixel)
    case .drift:
      let way = 0.0025 * Double(frame)
      let (u, v) = (u + turn.cosine * way, v + turn.sine * way)
      return 0.7 * noise.value(u * frequency, v * frequency) + 0.3 * noise.value(v * 3 * frequency, u * 3 * frequency)
    }
  }

  /// From -1 to 1 and back `frequency` times a unit, with borders a pixel wide.
  private func wave(_ place: Double, _ pixel: Double) -> Double {
    let turns = place * frequency + 64
    let phase = turns - turns.rounded(.down)
    // 0 at the borders at 0 and 1/2, in lengths from there on.
    let distance = (phase < 0.5 ? min(phase, 0.5 - phase) : -min(phase - 0.5, 1 - phase)) / frequency
    return min(1, max(-1, 2 * distance / pixel))
  }

  private func marking(_ u: Double, _ v: Double, _ scale: Double) -> Double {
    marks.reduce(0) { sum, mark in
      let (x, y) = (u - mark.x, v - mark.y)
      if max(abs(x), abs(y)) > 0.2 { return sum }
      let outside = mark.kind.distance(x / mark.size, y / mark.size) * mark.size * scale
      return sum + mark.strength * min(1, max(0, 0.5 - outside))
    }
  }

  /// A brightness that the shape stands out from.
  private static func brightness(unlike shape: Int, _ random: inout ShapeRandom) -> Int {
    let contrast = 62
    let possible = Array(30...212).filter { abs($0 - shape) >= contrast }
    return random.pick(possible)
  }
}

/// The nearest byte.
func byte(_ value: Double) -> UInt8 { UInt8(min(255, max(0, value)) + 0.5) }

/// Random values on a grid that repeats, and smooth ones between.
struct ValueNoise {
  private static let side = 32
  private let values: [Double]

  init(_ random: inout ShapeRandom) {
    values = (0..<Self.side * Self.side).map { _ in random.number(-1.0...1) }
  }

  /// The value at a place, from -1 to 1.
  func value(_ x: Double, _ y: Double) -> Double {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (u, v) = (Self.eased(x - left), Self.eased(y - top))
    let mask = Self.side - 1
    let (column, row) = (Int(left) & mask, Int(top) & mask)
    let (nextColumn, nextRow) = ((column + 1) & mask, (row + 1) & mask)
    let above = values[row * Self.side + column] * (1 - u) + values[row * Self.side + nextColumn] * u
    let below = values[nextRow * Self.side + column] * (1 - u) + values[nextRow * Self.side + nextColumn] * u
    return above * (1 - v) + below * v
  }

  private static func eased(_ part: Double) -> Double { part * part * (3 - 2 * part) }
}
