package import VideoIO

/// Draws labels on the frames of a video: the label of a frame with its probability in a darkened band below, and under it
/// a strip with the colours of the labels so far, the newest at its right end.
///
/// Frames too small for text are enlarged: each pixel becomes a square, so that nothing but its size changes.
package struct LabelOverlay: Sendable {
  /// The size of the pictures with labels; that of the frames, or a whole multiple of it.
  package let size: PixelSize

  private let factor: Int
  /// Pixels of the picture a dot of the font.
  private let scale: Int
  private let colors: [String: Color]
  /// The colours of the latest frames, as many as the strip has room for.
  private var strip: [Color] = []

  /// Prepares for frames of some size.
  ///
  /// - Parameters:
  ///   - labels: All labels in the order of their ids, which decides their colours.
  ///   - frame: The size of the frames.
  package init(labels: [String], frame: PixelSize) {
    let side = min(frame.width, frame.height)
    factor = side < Self.smallestSide ? (Self.enlargedSide + side - 1) / side : 1
    size = PixelSize(frame.width * factor, frame.height * factor)
    colors = Dictionary(
      labels.enumerated().map { ($1, Self.color($0)) }, uniquingKeysWith: { first, _ in first })
    // As large as looks right, smaller where the longest label would not fit.
    var scale = max(1, (side * factor + 75) / 150)
    let longest = labels.map(\.count).max() ?? 0
    while scale > 1, Self.width(longest, scale) > size.width { scale -= 1 }
    self.scale = scale
  }

  /// A frame with its label; to be called for each frame in turn.
  ///
  /// - Parameters:
  ///   - label: One of the labels; another one gets a gray mark.
  ///   - probability: From 0 to 1.
  ///   - frame: A picture of the size that the overlay is for.
  package mutating func draw(_ label: String, probability: Float, on frame: Pixels) -> Pixels {
    var picture = frame.enlarged(factor)
    let color = colors[label] ?? Color(red: 128, green: 128, blue: 128)
    strip.append(color)
    let room = max(1, size.width / stepWidth)
    if strip.count > room { strip.removeFirst(strip.count - room) }

    let line = Self.lineHeight * scale
    let top = size.height - line - stripHeight
    picture.darken(PixelRectangle(x: 0, y: top, width: size.width, height: line))
    let mark = 7 * scale
    picture.fill(PixelRectangle(x: 2 * scale, y: top + 2 * scale, width: mark, height: mark), with: color)
    let percent = Self.percent(probability)
    let right = size.width - Pixels.size(ofText: percent, scale: scale).width - scale
    let left = 10 * scale
    picture.draw(fitted(label, width: right - left), at: PixelPoint(left, top), scale: scale)
    picture.draw(percent, at: PixelPoint(right, top), scale: scale)
    drawStrip(on: &picture)
    return picture
  }

  /// The colour of the label with an id: neighbours are far apart on the colour circle, and a later label changes none.
  package static func color(_ id: Int) -> Color {
    // The golden angle never comes back to where it was. Four levels tell apart what comes near.
    let hue = (Double(id) * 137.507764).truncatingRemainder(dividingBy: 360) / 60
    let light = [1, 0.8, 0.9, 0.7][id % 4]
    func part(_ offset: Double) -> UInt8 {
      let place = (hue + offset).truncatingRemainder(dividingBy: 6)
      let share = min(1, max(0, abs(place - 3) - 1))
      return UInt8(255 * light * (0.25 + 0.75 * share))
    }
    return Color(red: part(0), green: part(4), blue: part(2))
  }

  // MARK: Layout

  /// Below, frames are enlarged, to this or the next multiple of theirs above.
  private static let smallestSide = 160
  private static let enlargedSide = 240
  private static let lineHeight = 11

  private var stripHeight: Int { 2 * scale + 1 }
  /// What a frame takes of the strip.
  private var stepWidth: Int { 2 * scale }

  private func drawStrip(on picture: inout Pixels) {
    let top = size.height - stripHeight
    picture.fill(PixelRectangle(x: 0, y: top, width: size.width, height: stripHeight), with: .black)
    for (place, color) in strip.enumerated() {
      picture.fill(
        PixelRectangle(x: place * stepWidth, y: top + 1, width: stepWidth, height: stripHeight - 1), with: color)
    }
  }

  /// What a label of so many characters takes with its mark and its percents.
  private static func width(_ characters: Int, _ scale: Int) -> Int { (10 + 6 * (characters + 6)) * scale }

  /// The label, cut and ended by two points where it is too long.
  private func fitted(_ label: String, width: Int) -> String {
    let room = max(0, width / (6 * scale))
    return label.count <= room ? label : label.prefix(max(0, room - 2)) + ".."
  }

  private static func percent(_ probability: Float) -> String {
    probability.isFinite ? "\(Int((100 * min(1, max(0, probability))).rounded()))%" : "?%"
  }
}

extension Pixels {
  /// The picture with a square of `factor` × `factor` for each pixel.
  fileprivate func enlarged(_ factor: Int) -> Pixels {
    if factor == 1 { return self }
    var large = Pixels(PixelSize(width * factor, height * factor), format: format)
    let (channels, from, to, width) = (format.channels, bytesPerRow, large.bytesPerRow, large.width)
    withUnsafeBytes { source in
      large.withUnsafeMutableBytes { target in
        for y in 0..<height * factor {
          for x in 0..<width {
            for channel in 0..<channels {
              target[y * to + x * channels + channel] = source[y / factor * from + x / factor * channels + channel]
            }
          }
        }
      }
    }
    return large
  }

  /// Takes most of the light off a rectangle inside the picture.
  fileprivate mutating func darken(_ rectangle: PixelRectangle) {
    let (channels, stride) = (format.channels, bytesPerRow)
    let rows = max(0, rectangle.y)..<rectangle.y + rectangle.height
    withUnsafeMutableBytes { bytes in
      for y in rows {
        for place in y * stride + rectangle.x * channels..<y * stride + (rectangle.x + rectangle.width) * channels {
          bytes[place] /= 4
        }
      }
    }
  }
}
