import VideoIO

/// The colours of the shapes, far enough apart that coding does not mix them up.
package enum ShapeColor: String, CaseIterable, Sendable {
  case red, yellow, green, blue, pink, white

  /// Its middle; a clip's own is a little off.
  private var middle: (red: Int, green: Int, blue: Int) {
    switch self {
    case .red: (220, 45, 40)
    case .yellow: (240, 205, 50)
    case .green: (50, 165, 65)
    case .blue: (45, 85, 215)
    case .pink: (235, 110, 190)
    case .white: (240, 240, 240)
    }
  }

  /// The colour that the shape of one clip has.
  func shade(_ random: inout ShapeRandom) -> Color {
    func near(_ part: Int) -> UInt8 { UInt8(part + random.number(-10...10)) }
    return Color(red: near(middle.red), green: near(middle.green), blue: near(middle.blue))
  }
}
