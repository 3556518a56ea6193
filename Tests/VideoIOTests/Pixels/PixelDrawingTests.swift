import Testing
import VideoIO

struct PixelDrawingTests {
  /// A gray picture as rows of `#` (white) and `.` (black).
  private static func rows(_ pixels: Pixels) -> [String] {
    let bytes = pixels.packedBytes
    return (0..<pixels.height).map { y in
      String(bytes[y * pixels.width..<(y + 1) * pixels.width].map { $0 == 255 ? "#" : "." })
    }
  }

  private static func gray(_ width: Int, _ height: Int) -> Pixels { Pixels(PixelSize(width, height), format: .gray) }

  // MARK: Rectangles

  @Test func fillsInColour() {
    var pixels = Pixels(PixelSize(3, 2))
    pixels.fill(PixelRectangle(x: 1, y: 0, width: 1, height: 2), with: Color(red: 1, green: 2, blue: 3))
    #expect(pixels.packedBytes == [0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0])
  }

  @Test func fillsWhatIsInside() {
    var pixels = Self.gray(5, 4)
    pixels.fill(PixelRectangle(x: -2, y: -1, width: 4, height: 2), with: .white)
    pixels.fill(PixelRectangle(x: 3, y: 2, width: 9, height: 9), with: .white)
    pixels.fill(PixelRectangle(x: 2, y: 1, width: 0, height: 3), with: .white)
    pixels.fill(PixelRectangle(x: 2, y: 1, width: -1, height: 3), with: .white)
    #expect(Self.rows(pixels) == ["##...", ".....", "...##", "...##"])
  }

  @Test func outlinesInsideTheRectangle() {
    var thin = Self.gray(6, 5), thick = thin, full = thin
    let rectangle = PixelRectangle(x: 1, y: 0, width: 5, height: 5)
    thin.outline(rectangle, with: .white)
    #expect(Self.rows(thin) == [".#####", ".#...#", ".#...#", ".#...#", ".#####"])
    thick.outline(rectangle, with: .white, thickness: 2)
    #expect(Self.rows(thick) == [".#####", ".#####", ".##.##", ".#####", ".#####"])
    full.outline(rectangle, with: .white, thickness: 9)
    #expect(Self.rows(full) == [String](repeating: ".#####", count: 5))
    thin.outline(PixelRectangle(x: 3, y: 2, width: 9, height: 9), with: .white)
    #expect(Self.rows(thin) == [".#####", ".#...#", ".#.###", ".#.#.#", ".#####"])
  }

  @Test func noPlaceIsTooFarAway() {
    var pixels = Self.gray(4, 4)
    for x in [Int.min, Int.min + 1, Int.max - 1, Int.max] {
      for length in [Int.min, -1, 0, 1, 1 << 40, Int.max] {
        let rectangle = PixelRectangle(x: x, y: x, width: length, height: length)
        pixels.fill(rectangle, with: .white)
        pixels.outline(rectangle, with: .white, thickness: length)
      }
      pixels.draw("far", at: PixelPoint(x, x), background: .white, scale: 1000)
    }
    #expect(Self.rows(pixels) == [String](repeating: "....", count: 4))
    pixels.fill(PixelRectangle(x: -1, y: -1, width: .max, height: .max), with: .white)
    #expect(Self.rows(pixels) == [String](repeating: "####", count: 4))
  }

  // MARK: Colours

  /// Y = 0.299 R + 0.587 G + 0.114 B of ITU-R BT.601, by hand.
  @Test func grayPicturesGetTheBrightness() {
    let colors: [(Color, UInt8)] = [
      (.black, 0), (.white, 255), (.red, 76), (.green, 150), (.blue, 29), (.yellow, 226),
      (Color(red: 10, green: 20, blue: 30), 18),
    ]
    for (color, expected) in colors {
      var pixels = Self.gray(1, 1)
      pixels.fill(PixelRectangle(x: 0, y: 0, width: 1, height: 1), with: color)
      #expect(pixels.packedBytes == [expected])
    }
  }

  // MARK: Text

  @Test func writesWithAMarginOfOneDot() {
    var pixels = Self.gray(13, 11)
    pixels.draw("Lj", at: PixelPoint(0, 0))
    #expect(
      Self.rows(pixels) == [
        ".............", ".#........#..", ".#...........", ".#.......##..", ".#........#..", ".#........#..",
        ".#........#..", ".#####....#..", ".......#..#..", "........##...", ".............",
      ])
    #expect(Pixels.size(ofText: "Lj") == pixels.size)
  }

  @Test func measuresWhatTheBackgroundCovers() {
    #expect(Pixels.size(ofText: "") == PixelSize(0, 0))
    #expect(Pixels.size(ofText: "abc", scale: 3) == PixelSize(57, 33))
    var pixels = Self.gray(40, 40), expected = pixels
    pixels.draw("  ", at: PixelPoint(5, 6), background: .white, scale: 2)
    expected.fill(PixelRectangle(x: 5, y: 6, width: 26, height: 22), with: .white)
    #expect(Self.rows(pixels) == Self.rows(expected))
  }

  @Test func aScaleRepeatsEachDot() {
    var small = Self.gray(13, 11), large = Self.gray(39, 33)
    small.draw("g%", at: PixelPoint(0, 0))
    large.draw("g%", at: PixelPoint(0, 0), scale: 3)
    let repeated = Self.rows(small).flatMap { row in
      [String](repeating: row.map { String(repeating: $0, count: 3) }.joined(), count: 3)
    }
    #expect(Self.rows(large) == repeated)
  }

  @Test func textEndsAtTheBorder() {
    var whole = Self.gray(60, 40)
    whole.draw("Clipping", at: PixelPoint(3, 10))
    for (x, y) in [(-20, -5), (-1, 0), (0, -12), (22, 7), (100, 0), (0, 100), (-100, -100)] {
      var part = Self.gray(20, 9), expected = part
      part.draw("Clipping", at: PixelPoint(x, y))
      // The same dots one by one out of the whole picture.
      for row in 0..<9 {
        for column in 0..<20 where whole.contains(column - x + 3, row - y + 10) {
          expected.fill(PixelRectangle(x: column, y: row, width: 1, height: 1), with: .white)
        }
      }
      #expect(Self.rows(part) == Self.rows(expected))
    }
  }

  @Test func noTwoCharactersLookTheSame() {
    let characters = (32...126).map { Character(Unicode.Scalar(UInt8($0))) } + ["é"]
    let shapes = characters.map { character in
      var pixels = Self.gray(7, 11)
      pixels.draw(String(character), at: PixelPoint(0, 0))
      return Self.rows(pixels)
    }
    #expect(Set(shapes).count == characters.count)
    for (character, shape) in zip(characters, shapes) {
      #expect(shape.joined().contains("#") == (character != " "), "\(character)")
    }
  }

  @Test(arguments: ["é", "\n", "\r\n", "\u{7f}", "\0", "語", "👩‍👩‍👧"]) func whatIsNotPrintableBecomesABox(character: String)
  {
    var pixels = Self.gray(7, 11)
    pixels.draw(character, at: PixelPoint(0, 0))
    let sides = [String](repeating: ".#...#.", count: 5)
    let blank = [String](repeating: ".......", count: 3)
    #expect(Self.rows(pixels) == [".......", ".#####."] + sides + [".#####."] + blank)
  }

  // MARK: Copies

  @Test func drawingOnACopyLeavesTheOriginal() {
    let original = Pixels(PixelSize(64, 16))
    let before = original.packedBytes
    var copy = original
    copy.draw("copy", at: PixelPoint(1, 1), background: .red)
    #expect(original.packedBytes == before)
    #expect(copy != original)
  }
}

extension Pixels {
  /// Whether a gray picture has ink at a place.
  fileprivate func contains(_ x: Int, _ y: Int) -> Bool {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return false }
    return withUnsafeBytes { $0[y * bytesPerRow + x] == 255 }
  }
}
