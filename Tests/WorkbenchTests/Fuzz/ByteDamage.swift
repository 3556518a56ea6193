import TensorCore

extension [UInt8] {
  /// No input is larger.
  static let mostFuzzed = 2 << 20

  /// Changes one place: a bit, a byte, a number, a chunk that goes, comes again, moves or comes from another input, the end cut
  /// off, or a word that the reader knows.
  mutating func damage(words: [[UInt8]], other: [UInt8], using random: inout SplitMix) {
    guard !isEmpty else {
      self = other
      return
    }
    let place = Int.random(in: indices, using: &random)
    let chunk = place..<Swift.min(count, place + Int.random(in: 1...Swift.max(1, Swift.min(64, count)), using: &random))
    switch Int.random(in: 0..<13, using: &random) {
    case 0: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: self[place] = [0, 1, 9, 10, 13, 0x7F, 0x80, 0xC0, 0xED, 0xFF].randomElement(using: &random) ?? 0
    case 2: self[place] = UInt8.random(in: 0...255, using: &random)
    case 3: replaceNumber(near: place, using: &random)
    case 4:
      let width = [2, 4, 8].randomElement(using: &random) ?? 8
      let number = fuzzIntegers.randomElement(using: &random) ?? 0
      let bytes = Swift.withUnsafeBytes(of: number.littleEndian) { Array($0.prefix(width)) }
      replaceSubrange(place..<Swift.min(count, place + width), with: bytes)
    case 5: removeSubrange(chunk)
    case 6: removeSubrange(place...)
    case 7: insert(contentsOf: self[chunk], at: Int.random(in: indices, using: &random))
    case 8:
      let moved = Array(self[chunk])
      removeSubrange(chunk)
      insert(contentsOf: moved, at: Int.random(in: 0...count, using: &random))
    case 9:
      guard !other.isEmpty else { return }
      let start = Int.random(in: other.indices, using: &random)
      let length = Int.random(in: 1...Swift.max(1, other.count - start), using: &random)
      replaceSubrange(chunk, with: other[start..<(start + length)])
    case 10: repeatChunk(chunk, times: randomPower(below: 12, using: &random))
    case 11:
      guard let word = words.randomElement(using: &random) else { return }
      insert(contentsOf: word, at: place)
      let end = place + word.count
      if Bool.random(using: &random) {
        repeatChunk(place..<end, times: randomPower(below: 14, using: &random))
      }
    default: replaceSubrange(chunk, with: (0..<chunk.count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    if count > Self.mostFuzzed { removeSubrange(Self.mostFuzzed...) }
  }

  /// Puts `times` copies of a chunk in its place.
  mutating func repeatChunk(_ chunk: Range<Int>, times: Int) {
    let bytes = Array(self[chunk])
    let times = Swift.min(times, Swift.max(1, Self.mostFuzzed / Swift.max(1, bytes.count)))
    replaceSubrange(chunk, with: [[UInt8]](repeating: bytes, count: times).joined())
  }

  /// Puts another number in the place of the next one that is written in digits.
  mutating func replaceNumber(near place: Int, using random: inout SplitMix) {
    let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
    guard let start = self[place...].firstIndex(where: isDigit) ?? firstIndex(where: isDigit) else { return }
    let end = self[start...].firstIndex { !isDigit($0) && $0 != UInt8(ascii: ".") } ?? count
    replaceSubrange(start..<end, with: (fuzzNumbers.randomElement(using: &random) ?? "0").utf8)
  }
}

/// Numbers at which counting goes wrong.
let fuzzIntegers: [UInt64] = [
  0, 1, 2, 255, 256, 65_535, 1 << 20, 100_000_000, 1 << 31 - 1, 1 << 31, 1 << 32, 1 << 32 + 1, 1 << 53, 1 << 62,
  1 << 63 - 1, 1 << 63, .max - 7, .max,
]

/// The same, and more, as they are written.
let fuzzNumbers: [String] = [
  "0", "1", "2", "3", "7", "-1", "-0", "64", "255", "1000", "65536", "100000", "1000000", "2147483647", "2147483648",
  "4294967296", "1099511627776", "4611686018427387904", "9223372036854775807", "9223372036854775808",
  "-9223372036854775808", "18446744073709551616", "1e308", "1e-308", "1e309", "-1e308", "0.5", "0.9999999999999999",
  "1e-5", "4.9e-324", "3.4e38", "nan", ".nan", "inf", ".inf", "-.inf", "0x10", "1_000", "1e30", "00", "1.",
]

/// A power of two, seldom a large one: large inputs are slow.
func randomPower(below most: Int, using random: inout SplitMix) -> Int {
  1 << Int.random(in: 1..<Int.random(in: 2...most, using: &random), using: &random)
}
