/// What Python's `str` does, on arrays of code points: the reference implementations of the metrics are written in it.
///
/// A character is a code point, neither a byte nor a Swift `Character`. (https://docs.python.org/3/library/stdtypes.html)
enum PythonText {
  /// The code points of `text`, in small letters if wanted.
  static func codePoints(_ text: String, lowercase: Bool) -> [UInt32] {
    lowercase ? lowercased(Array(text.unicodeScalars)) : text.unicodeScalars.map(\.value)
  }

  /// `str.isspace` for one code point: bidirectional type WS, B or S, or category Zs (no zero-width space, no BOM).
  static func isSpace(_ point: UInt32) -> Bool {
    switch point {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// `str.split()`: the pieces between runs of white space.
  static func words(_ points: [UInt32]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for (index, point) in points.enumerated() {
      if !isSpace(point) {
        start = start ?? index
      } else if let first = start {
        words.append(first..<index)
        start = nil
      }
    }
    if let start { words.append(start..<points.count) }
    return words
  }

  /// `str.rstrip()`.
  static func trimEnd(_ points: inout [UInt32]) {
    while let last = points.last, isSpace(last) { points.removeLast() }
  }

  /// `str.lower()`: full case mapping, with the Greek sigma that ends a word.
  private static func lowercased(_ scalars: [Unicode.Scalar]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(scalars.count)
    for (index, scalar) in scalars.enumerated() {
      switch scalar.value {
      case 0x41...0x5A: result.append(scalar.value + 0x20)
      case 0..<0x80: result.append(scalar.value)
      case 0x3A3: result.append(endsWord(scalars, at: index) ? 0x3C2 : 0x3C3)
      default: result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars.lazy.map(\.value))
      }
    }
    return result
  }

  /// The Final_Sigma condition of the Unicode standard (section 3.13).
  private static func endsWord(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
  }
}
