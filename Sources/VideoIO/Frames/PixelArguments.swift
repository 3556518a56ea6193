extension PixelSize {
  /// The longest side: as much as the largest videos have.
  package static let longestSide = 16384

  /// A size as people write it, such as `224x224`; nil when it is none.
  package init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1], min(width, height) >= 1,
      max(width, height) <= Self.longestSide
    else { return nil }
    self.init(width, height)
  }
}

extension PixelSize {
  /// Whether an argument would be a size if it were not so large.
  package static func isTooLarge(argument: some StringProtocol) -> Bool {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false)
    return sides.count == 2
      && sides.allSatisfy { side in
        side.allSatisfy { ("0"..."9").contains($0) } && side.contains { $0 != "0" }
      } && PixelSize(argument: String(argument)) == nil
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
