import Testing
import VideoIO
import Workbench

/// Labels drawn on frames, checked by the pixels.
struct LabelOverlayTests {
  private static let labels = ["none", "appear", "move_left", "turn_right"]

  /// The colour of a pixel.
  private func color(_ picture: Pixels, _ x: Int, _ y: Int) -> Color {
    picture.withUnsafeBytes { bytes in
      let place = y * picture.bytesPerRow + x * picture.format.channels
      let last = picture.format.channels - 1
      return Color(red: bytes[place], green: bytes[place + last / 2], blue: bytes[place + last])
    }
  }

  private func filled(_ size: PixelSize, _ color: Color, format: Pixels.Format = .rgb) -> Pixels {
    var picture = Pixels(size, format: format)
    picture.fill(PixelRectangle(x: 0, y: 0, width: size.width, height: size.height), with: color)
    return picture
  }

  /// How many pixels of a part of the picture are white.
  private func whites(_ picture: Pixels, _ part: PixelRectangle) -> Int {
    (part.y..<part.y + part.height).reduce(0) { sum, y in
      sum + (part.x..<part.x + part.width).count { color(picture, $0, y) == .white }
    }
  }

  @Test(arguments: [
    (PixelSize(64, 64), PixelSize(256, 256)), (PixelSize(96, 160), PixelSize(288, 480)),
    (PixelSize(160, 160), PixelSize(160, 160)), (PixelSize(159, 159), PixelSize(318, 318)),
    (PixelSize(1, 1), PixelSize(240, 240)),
    (PixelSize(1280, 720), PixelSize(1280, 720)), (PixelSize(100, 8), PixelSize(3000, 240)),
  ])
  func smallFramesAreEnlarged(_ frame: PixelSize, _ size: PixelSize) {
    var overlay = LabelOverlay(labels: Self.labels, frame: frame)
    #expect(overlay.size == size)
    #expect(overlay.draw("appear", probability: 1, on: Pixels(frame)).size == size)
  }

  @Test func pixelsBecomeSquares() {
    var frame = Pixels(PixelSize(64, 64))
    frame.fill(PixelRectangle(x: 10, y: 20, width: 1, height: 1), with: .yellow)
    var overlay = LabelOverlay(labels: Self.labels, frame: frame.size)
    let picture = overlay.draw("none", probability: 1, on: frame)
    let yellow = (0..<200).flatMap { y in (0..<256).filter { color(picture, $0, y) == .yellow }.map { ($0, y) } }
    #expect(yellow.count == 16)
    #expect(yellow.allSatisfy { (40..<44).contains($0.0) && (80..<84).contains($0.1) })
  }

  /// 256×256 pixels: text of two pixels a dot, so a band of 22 rows and a strip of 5.
  @Test func theBandHoldsMarkLabelAndProbability() {
    let gray = Color(red: 100, green: 100, blue: 100)
    var overlay = LabelOverlay(labels: Self.labels, frame: PixelSize(256, 256))
    let picture = overlay.draw("turn_right", probability: 0.966, on: filled(PixelSize(256, 256), gray))
    #expect(color(picture, 128, 228) == gray)
    #expect(color(picture, 190, 229) == Color(red: 25, green: 25, blue: 25))
    #expect(color(picture, 190, 250) == Color(red: 25, green: 25, blue: 25))
    #expect(color(picture, 4, 233) == LabelOverlay.color(3) && color(picture, 17, 246) == LabelOverlay.color(3))
    // The very words, as the font draws them.
    var words = filled(PixelSize(256, 22), .black)
    words.draw("turn_right", at: PixelPoint(20, 0), scale: 2)
    words.draw("97%", at: PixelPoint(256 - 2 * 19 - 2, 0), scale: 2)
    for y in 0..<22 {
      for x in 20..<256 { #expect((color(picture, x, 229 + y) == .white) == (color(words, x, y) == .white)) }
    }
  }

  @Test func theStripGrowsAndThenMoves() {
    var overlay = LabelOverlay(labels: Self.labels, frame: PixelSize(256, 256))
    let frame = Pixels(PixelSize(256, 256))
    // 64 frames of four pixels fill it.
    var picture = frame
    for step in 0..<64 { picture = overlay.draw(Self.labels[step % 4], probability: 1, on: frame) }
    let full = (0..<64).map { color(picture, 4 * $0 + 1, 254) }
    #expect(full == (0..<64).map { LabelOverlay.color($0 % 4) })
    picture = overlay.draw("none", probability: 1, on: frame)
    #expect((0..<64).map { color(picture, 4 * $0 + 1, 254) } == full.dropFirst() + [LabelOverlay.color(0)])
    // The first frame of another video.
    overlay = LabelOverlay(labels: Self.labels, frame: PixelSize(256, 256))
    picture = overlay.draw("appear", probability: 1, on: frame)
    #expect(color(picture, 3, 255) == LabelOverlay.color(1) && color(picture, 4, 255) == .black)
  }

  @Test func aLabelThatIsTooLongIsCut() {
    let long = String(repeating: "x", count: 500)
    var overlay = LabelOverlay(labels: [long], frame: PixelSize(300, 300))
    let picture = overlay.draw(long, probability: 1, on: Pixels(PixelSize(300, 300)))
    // The smallest text: eleven rows above a strip of three. Something stands left of the percents, nothing beside them.
    let percents = Pixels.size(ofText: "100%").width + 1
    #expect(whites(picture, PixelRectangle(x: 10, y: 286, width: 300 - percents - 10, height: 11)) > 200)
    let gap = PixelRectangle(x: 300 - percents - 2, y: 286, width: 3, height: 11)
    #expect(whites(picture, gap) == 0)
  }

  @Test(arguments: [(Float.nan, "?%"), (-1, "0%"), (7, "100%"), (0.004, "0%"), (0.5, "50%")])
  func percents(_ probability: Float, _ text: String) {
    var overlay = LabelOverlay(labels: Self.labels, frame: PixelSize(256, 256))
    let picture = overlay.draw("", probability: probability, on: Pixels(PixelSize(256, 256)))
    let space = Pixels.size(ofText: text, scale: 2)
    var words = Pixels(PixelSize(256, 22))
    words.draw(text, at: PixelPoint(256 - space.width - 2, 0), scale: 2)
    #expect(
      whites(picture, PixelRectangle(x: 0, y: 229, width: 256, height: 22))
        == whites(words, PixelRectangle(x: 0, y: 0, width: 256, height: 22)))
  }

  @Test func grayFramesAndUnknownLabels() {
    var overlay = LabelOverlay(labels: Self.labels, frame: PixelSize(64, 64))
    let picture = overlay.draw("other", probability: 1, on: filled(PixelSize(64, 64), .white, format: .gray))
    #expect(picture.format == .gray && picture.size == PixelSize(256, 256))
    #expect(color(picture, 5, 240) == Color(red: 128, green: 128, blue: 128))
    #expect(color(picture, 190, 229) == Color(red: 63, green: 63, blue: 63))
  }

  /// The first twenty labels are told apart: no two colours are near each other.
  @Test func coloursDiffer() {
    let colors = (0..<20).map(LabelOverlay.color)
    for (place, a) in colors.enumerated() {
      for b in colors.dropFirst(place + 1) {
        let distance = [(a.red, b.red), (a.green, b.green), (a.blue, b.blue)].map { abs(Int($0) - Int($1)) }.max()
        #expect((distance ?? 0) > 20)
      }
    }
  }
}
