extension PixelSize {
  /// The longest side: as much as the largest videos have.
  private static let sides = 1...16384

  /// A size as people write it, such as `224x224`; nil when it is none.
  package init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1], Self.sides.contains(width),
      Self.sides.contains(height)
    else { return nil }
    self.init(width, height)
  }
}

extension PixelRectangle {
  /// A part of a picture as people write it, such as `200x100+20+10`; nil when it is none.
  package init?(argument: String) {
    let parts = argument.split(separator: "+", omittingEmptySubsequences: false)
    guard parts.count == 3, let size = PixelSize(argument: String(parts[0])), let x = Int(parts[1]),
      let y = Int(parts[2]), x >= 0, y >= 0
    else { return nil }
    self.init(x: x, y: y, width: size.width, height: size.height)
  }
}
