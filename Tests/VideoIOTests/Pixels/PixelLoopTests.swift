import CPixels
import Testing

/// The fast loops of CPixels give the same bytes as their references, and the references what was worked out by hand.
struct PixelLoopTests {
  private static let awkward = [0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 65, 130]

  private static func noise(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
  }

  // MARK: Planes

  private static let scale: [Float] = [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225), 0.3]
  private static let offset: [Float] = [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225, 0.1]

  @Test(arguments: 1...4, [false, true]) func planesAgree(channels: Int, mirrored: Bool) {
    for width in Self.awkward {
      for height in [0, 1, 3, 8] {
        let stride = width * channels + 5
        let pixels = Self.noise(stride * height)
        var fast = [Float](repeating: 7, count: channels * width * height + 16), plain = fast
        unroll_pixels_to_planes(
          pixels, stride, width, height, channels, Self.scale, Self.offset, mirrored ? 1 : 0, &fast)
        unroll_pixels_to_planes_reference(
          pixels, stride, width, height, channels, Self.scale, Self.offset, mirrored ? 1 : 0, &plain)
        let same = fast == plain  // Outside, because #expect describes the difference of long arrays for minutes.
        #expect(same, "\(width)×\(height)")
      }
    }
  }

  /// Two rows of two pixels, with two bytes between the rows that mean nothing.
  @Test func planesAreWhatTheyAreByHand() {
    let pixels: [UInt8] = [1, 2, 3, 4, 5, 6, 99, 99, 7, 8, 9, 10, 11, 12, 99, 99]
    var planes = [Float](repeating: 0, count: 12)
    unroll_pixels_to_planes(pixels, 8, 2, 2, 3, [1, 2, 0.5], [0, 1, -1], 0, &planes)
    #expect(planes == [1, 4, 7, 10, 5, 11, 17, 23, 0.5, 2, 3.5, 5])
    unroll_pixels_to_planes(pixels, 8, 2, 2, 3, [1, 2, 0.5], [0, 1, -1], 1, &planes)
    #expect(planes == [4, 1, 10, 7, 11, 5, 23, 17, 2, 0.5, 5, 3.5])
  }

  // MARK: Planes of differences

  @Test(arguments: 1...4, [false, true]) func differencePlanesAgree(channels: Int, mirrored: Bool) {
    for width in Self.awkward {
      for height in [0, 1, 3, 8] {
        let stride = width * channels + 5
        let pictures = Self.noise(3 * stride * height + 1)
        var fast = [Float](repeating: 7, count: 3 * channels * width * height + 16), plain = fast
        pictures.withUnsafeBufferPointer { pictures in
          guard let first = pictures.baseAddress else { return }
          let (pixels, after) = (first + stride * height, first + 2 * stride * height)
          unroll_pixels_to_difference_planes(
            first, pixels, after, stride, width, height, channels, Self.scale, Self.offset, mirrored ? 1 : 0, &fast)
          unroll_pixels_to_difference_planes_reference(
            first, pixels, after, stride, width, height, channels, Self.scale, Self.offset, mirrored ? 1 : 0, &plain)
        }
        let same = fast == plain  // Outside, because #expect describes the difference of long arrays for minutes.
        #expect(same, "\(width)×\(height)")
      }
    }
  }

  /// Two rows of two pixels of two channels, with a byte between the rows that means nothing.
  @Test func differencePlanesAreWhatTheyAreByHand() {
    let before: [UInt8] = [0, 0, 1, 1, 99, 2, 2, 3, 255, 99]
    let pixels: [UInt8] = [1, 2, 3, 4, 99, 5, 6, 7, 8, 99]
    let after: [UInt8] = [1, 3, 5, 7, 99, 9, 11, 255, 0, 99]
    var planes = [Float](repeating: 0, count: 24)
    unroll_pixels_to_difference_planes(before, pixels, after, 5, 2, 2, 2, [1, 0.5], [10, -1], 0, &planes)
    #expect(planes[..<8] == [11, 13, 15, 17, 0, 1, 2, 3])
    #expect(planes[8..<16] == [1, 2, 3, 4, 1, 1.5, 2, -123.5])
    #expect(planes[16...] == [0, 2, 4, 248, 0.5, 1.5, 2.5, -4])
    unroll_pixels_to_difference_planes(before, pixels, after, 5, 2, 2, 2, [1, 0.5], [10, -1], 1, &planes)
    #expect(planes[..<8] == [13, 11, 17, 15, 1, 0, 3, 2])
    #expect(planes[8..<16] == [2, 1, 4, 3, 1.5, 1, -123.5, 2])
  }

  // MARK: Turning

  @Test(arguments: [1, 2, 3, 4, 6, 8], 0..<8) func turnsAgree(bytes: Int, orientation: Int) {
    let (transposed, columns, rows) = (Int32(orientation & 1), Int32(orientation >> 1 & 1), Int32(orientation >> 2))
    for width in Self.awkward {
      for height in Self.awkward {
        let stride = width * bytes + 3, targetWidth = transposed == 1 ? height : width
        let targetStride = targetWidth * bytes + 5
        let source = Self.noise(stride * height)
        var fast = [UInt8](repeating: 7, count: targetStride * (transposed == 1 ? width : height)), plain = fast
        unroll_pixels_turn(
          source, stride, width, height, bytes, transposed, columns, rows, &fast, targetStride)
        unroll_pixels_turn_reference(
          source, stride, width, height, bytes, transposed, columns, rows, &plain, targetStride)
        let same = fast == plain  // Outside, because #expect describes the difference of long arrays for minutes.
        #expect(same, "\(width)×\(height)")
      }
    }
  }

  /// A decoder may give a picture whose rows lie from below.
  @Test(arguments: 0..<8) func turnsPicturesThatBeginBelow(orientation: Int) {
    let (transposed, columns, rows) = (Int32(orientation & 1), Int32(orientation >> 1 & 1), Int32(orientation >> 2))
    let (width, height) = (33, 20)
    let source = Self.noise(width * height)
    var fast = [UInt8](repeating: 7, count: width * height), plain = fast
    let targetStride = transposed == 1 ? height : width
    source.withUnsafeBufferPointer { bytes in
      let last = bytes.baseAddress.map { $0 + (height - 1) * width }
      unroll_pixels_turn(last, -width, width, height, 1, transposed, columns, rows, &fast, targetStride)
      unroll_pixels_turn_reference(last, -width, width, height, 1, transposed, columns, rows, &plain, targetStride)
    }
    let same = fast == plain
    #expect(same)
  }

  /// The picture `abc` over `def` in its eight orientations.
  @Test(arguments: [
    (0, 0, 0, "abcdef"), (0, 1, 0, "cbafed"), (0, 0, 1, "defabc"), (0, 1, 1, "fedcba"), (1, 0, 0, "adbecf"),
    (1, 1, 0, "daebfc"), (1, 0, 1, "cfbead"), (1, 1, 1, "fcebda"),
  ])
  func turnsAreWhatTheyAreByHand(transposed: Int32, columns: Int32, rows: Int32, expected: String) {
    var target = [UInt8](repeating: 0, count: 6)
    unroll_pixels_turn(Array("abcdef".utf8), 3, 3, 2, 1, transposed, columns, rows, &target, transposed == 1 ? 2 : 3)
    #expect(String(decoding: target, as: UTF8.self) == expected)
  }
}
