/// A colour to draw with.
public struct Color: Hashable, Sendable {
  /// From 0 to 255, as in the bytes of a picture.
  public var red: UInt8
  /// From 0 to 255.
  public var green: UInt8
  /// From 0 to 255.
  public var blue: UInt8

  /// Makes a colour; each part goes from 0 to 255.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// No light at all.
  public static let black = Color(red: 0, green: 0, blue: 0)
  /// All light.
  public static let white = Color(red: 255, green: 255, blue: 255)
  /// Pure red.
  public static let red = Color(red: 255, green: 0, blue: 0)
  /// Pure green.
  public static let green = Color(red: 0, green: 255, blue: 0)
  /// Pure blue.
  public static let blue = Color(red: 0, green: 0, blue: 255)
  /// Red and green together.
  public static let yellow = Color(red: 255, green: 255, blue: 0)

  /// What a gray picture shows instead: the luma of ITU-R BT.601, from 0 to 255, rounded.
  public var brightness: UInt8 {
    let thousandths: Int = 299 * Int(red) + 587 * Int(green) + 114 * Int(blue)
    return UInt8((thousandths + 500) / 1000)
  }

  /// The bytes of one pixel.
  func bytes(_ format: Pixels.Format) -> [UInt8] {
    switch format {
    case .rgb: [red, green, blue]
    case .gray: [brightness]
    }
  }
}
