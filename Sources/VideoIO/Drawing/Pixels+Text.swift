extension Pixels {
  /// The space that a text takes at a scale: six columns a character and one more, eleven rows, all times `scale`. That
  /// includes a margin of one pixel of the font on every side.
  public static func size(ofText text: String, scale: Int = 1) -> PixelSize {
    precondition(scales.contains(scale), "the scale of a text goes from 1 to 1000")
    if text.isEmpty { return PixelSize(0, 0) }
    return PixelSize((text.count * advance + 1) * scale, (BitmapFont.height + 2) * scale)
  }

  /// Writes a line of text. What lies outside the picture is left out.
  ///
  /// - Parameters:
  ///   - text: The printable characters of ASCII; each other character, a line break included, becomes a box.
  ///   - point: The upper left corner of the space that ``size(ofText:scale:)`` tells.
  ///   - color: The colour of the letters.
  ///   - background: Fills that space first; nil leaves what is there.
  ///   - scale: Pixels of the picture a pixel of the font, whose capitals are 5 × 7; from 1 to 1000.
  public mutating func draw(
    _ text: String, at point: PixelPoint, color: Color = .white, background: Color? = nil, scale: Int = 1
  ) {
    let size = Self.size(ofText: text, scale: scale)
    // Far enough away to be out of sight, near enough that no sum overflows.
    let (x, y) = (Self.clamped(point.x), Self.clamped(point.y))
    if let background {
      fill(PixelRectangle(x: x, y: y, width: size.width, height: size.height), with: background)
    }
    for (place, character) in text.enumerated() {
      let left = x + (place * Self.advance + 1) * scale
      if left >= width { break }
      draw(BitmapFont.glyph(of: character), left: left, top: y + scale, color: color, scale: scale)
    }
  }

  private mutating func draw(_ glyph: BitmapFont.Glyph, left: Int, top: Int, color: Color, scale: Int) {
    for dot in glyph.dots {
      let square = PixelRectangle(x: left + dot.x * scale, y: top + dot.y * scale, width: scale, height: scale)
      fill(square, with: color)
    }
  }

  /// From one character to the next: the width of a glyph and a gap.
  private static let advance = BitmapFont.width + 1
  private static let scales = 1...1000

  private static func clamped(_ place: Int) -> Int { min(max(place, -1 << 48), 1 << 48) }
}
