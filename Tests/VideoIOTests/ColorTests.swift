import CPixels
import Testing

/// The fast way from 4:2:2 to RGB against the plain loop. (That both are libswscale's arithmetic shows in
/// ScalingAgreementTests, against the ffmpeg program.)
struct ColorTests {
  @Test(arguments: [2, 14, 62, 64, 66, 126, 224])
  func fastColorsAreThoseOfThePlainLoop(_ width: Int) {
    let height = 5
    var generator = SystemRandomNumberGenerator()
    let y = (0..<(width + 3) * height).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let u = (0..<(width / 2 + 1) * height).map { _ in
      [0, 255, UInt8.random(in: 0...255, using: &generator)].randomElement() ?? 0
    }
    let v = (0..<(width / 2 + 5) * height).map { _ in
      [0, 255, UInt8.random(in: 0...255, using: &generator)].randomElement() ?? 0
    }
    var matrix = unroll_yuv_matrix(
      offset: 0x8000 - (400 << 16), slope: 76309, r_base: 148, g_base: 385, b_base: 105, r_from_v: 89_830,
      g_from_u: -22_050, g_from_v: -45_756, b_from_u: 113_538)
    // A row has room behind it, which must stay as it was.
    let stride = 3 * width + 7
    var fast = [UInt8](repeating: 7, count: stride * height)
    var plain = fast
    unroll_pixels_rgb(y, width + 3, u, width / 2 + 1, v, width / 2 + 5, width, height, &matrix, &fast, stride)
    unroll_pixels_rgb_reference(
      y, width + 3, u, width / 2 + 1, v, width / 2 + 5, width, height, &matrix, &plain, stride)
    #expect(fast == plain)
    #expect(Set(plain).count > 2)
  }
}
