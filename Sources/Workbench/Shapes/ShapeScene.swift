package import VideoIO

/// One generated clip: what is seen, and what is true about it.
package struct ShapeScene {
  /// The colour of the shape.
  package let color: ShapeColor
  /// The kind of the shape.
  package let kind: ShapeKind
  private let size: PixelSize
  private let script: ShapeScript
  private let shade: Color
  private let background: ShapeBackground

  /// Clip `index` of a data set: a function of its settings' seed, size and range of lengths, and of the index.
  package init(_ settings: ShapeSettings, index: Int) {
    var random = ShapeRandom(seed: settings.seed, index: index)
    let scale = Double(min(settings.size.width, settings.size.height))
    let width = Double(settings.size.width) / scale
    let height = Double(settings.size.height) / scale
    size = settings.size
    color = random.pick(ShapeColor.allCases)
    kind = random.pick(ShapeKind.allCases)
    shade = color.shade(&random)
    let frames = random.number(settings.frames)
    script = ShapeScript(kind, frames: frames, width: width, height: height, &random)
    background = ShapeBackground(behind: Int(shade.brightness), width: width, height: height, &random)
  }

  /// The actions in their order.
  package var spans: [ShapeSpan] { script.spans }

  /// The label of every frame: what changes between the frame before and this one.
  package var labels: [ShapeAction] { script.labels }

  /// The label of the clip: the first thing that the shape does once it is there.
  package var clipLabel: ShapeAction { spans.lazy.map(\.action).first(where: ShapeAction.motions.contains) ?? .still }

  /// What happens in the clip: `a red circle appears, moves to the left and vanishes`.
  package var sentence: String {
    let phrases = spans.compactMap(\.action.phrase)
    let list = phrases.dropLast().joined(separator: ", ")
    return "a \(color) \(kind) " + [list, phrases.last ?? ""].filter { !$0.isEmpty }.joined(separator: " and ")
  }

  /// Draws the frames one by one and gives each to `body`.
  package func draw(_ body: (Pixels) throws -> Void) rethrows {
    let backdrop = background.picture(size, frame: 0)
    for (frame, pose) in script.poses.enumerated() {
      var pixels = background.isStill || frame == 0 ? backdrop : background.picture(size, frame: frame)
      if pose.opacity > 0 { draw(pose, on: &pixels) }
      try body(pixels)
    }
  }

  /// Draws the shape with smooth borders, a darker rim, and light from above.
  private func draw(_ pose: ShapePose, on pixels: inout Pixels) {
    let scale = Double(min(size.width, size.height))
    let turn = ExactTurn(degrees: pose.angle)
    let (centerX, centerY, radius) = (pose.x * scale, (pose.y - pose.lift) * scale, pose.size * scale)
    let rim = max(0.9, 0.014 * scale)
    let reach = kind.reach * radius + 1
    let columns = max(0, Int(centerX - reach))...min(size.width - 1, Int(centerX + reach))
    let rows = max(0, Int(centerY - reach))...min(size.height - 1, Int(centerY + reach))
    let parts = [Double(shade.red), Double(shade.green), Double(shade.blue)]
    let stride = pixels.bytesPerRow
    pixels.withUnsafeMutableBytes { bytes in
      for row in rows {
        let y = Double(row) + 0.5 - centerY
        for column in columns {
          let x = Double(column) + 0.5 - centerX
          let outside =
            kind.distance(
              (turn.cosine * x + turn.sine * y) / radius, (turn.cosine * y - turn.sine * x) / radius) * radius
          let cover = min(1, max(0, 0.5 - outside)) * pose.opacity
          if cover == 0 { continue }
          let inner = min(1, max(0, 0.5 - outside - rim))
          let light = (0.72 + 0.28 * inner) * (1 - 0.08 * y / radius)
          let place = row * stride + 3 * column
          for channel in 0..<3 {
            let behind = Double(bytes[place + channel])
            bytes[place + channel] = byte(behind + (min(255, parts[channel] * light) - behind) * cover)
          }
        }
      }
    }
  }
}
