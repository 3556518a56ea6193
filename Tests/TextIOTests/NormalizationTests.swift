import Foundation
import Testing
import TextIO

@Suite struct NormalizationTests {
  private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  @Test func composes() {
    #expect(scalars(normalizedNFC("e\u{301}a")) == ["\u{E9}", "a"])
    #expect(scalars(normalizedNFC("\u{212B}")) == ["\u{C5}"])
    #expect(scalars(normalizedNFC("\u{1100}\u{1161}\u{11A8}")) == ["\u{AC01}"])
    #expect(scalars(normalizedNFC("a\u{323}\u{307}")) == ["\u{1EA1}", "\u{307}"])
    #expect(scalars(normalizedNFC("plain")) == scalars("plain"))
    #expect(normalizedNFC("") == "")
  }

  /// The glance at the bytes must not pass anything that Foundation would change, alone or after a letter.
  @Test func theFastPathAgreesWithFoundation() {
    var different: [UInt32] = []
    for value in UInt32(1)...0x1FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "e\(Character(scalar))"
      if scalars(normalizedNFC(text)) != scalars(text.precomposedStringWithCanonicalMapping) { different.append(value) }
    }
    #expect(different.isEmpty)
  }
}
