/// A type of number in a NumPy file.
struct NumpyNumber: Sendable {
  private enum Kind: Character {
    case float = "f"
    case signed = "i"
    case unsigned = "u"
    case boolean = "b"
  }

  private let kind: Kind
  private let isBigEndian: Bool
  /// Bytes a number takes.
  let width: Int

  /// Reads a type such as `<f4`; nil when it is none of those that become a `Float`.
  init?(_ type: String) {
    let letters = Array(type)
    guard letters.count == 3, "<>|=".contains(letters[0]), let kind = Kind(rawValue: letters[1]),
      let width = letters[2].wholeNumberValue
    else { return nil }
    let allowed: [Int] =
      switch kind {
      case .float: [2, 4, 8]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .boolean: [1]
      }
    guard allowed.contains(width), letters[0] != "|" || width == 1 else { return nil }
    if kind == .float, width == 2, letters[0] == ">" { return nil }
    self.kind = kind
    self.width = width
    isBigEndian = letters[0] == ">"
  }

  /// Converts as many numbers as `destination` holds.
  func convert(_ bytes: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>) {
    switch width {
    case 2 where kind == .float: HalfPrecision.widen(bytes, into: destination)
    case 1: convert(bytes, UInt8.self, into: destination)
    case 2: convert(bytes, UInt16.self, into: destination)
    case 4: convert(bytes, UInt32.self, into: destination)
    default: convert(bytes, UInt64.self, into: destination)
    }
  }

  private func convert<Bits: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawBufferPointer, _ type: Bits.Type, into destination: UnsafeMutableBufferPointer<Float>
  ) {
    for index in destination.indices {
      let raw = bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self)
      destination[index] = value(isBigEndian ? Bits(bigEndian: raw) : Bits(littleEndian: raw))
    }
  }

  private func value<Bits: FixedWidthInteger & UnsignedInteger>(_ bits: Bits) -> Float {
    switch (kind, width) {
    case (.float, 4): Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case (.float, _): Float(Double(bitPattern: UInt64(bits)))
    // The sign is in the topmost bit of the width.
    case (.signed, _): Float((Int64(truncatingIfNeeded: bits) << (64 - 8 * width)) >> (64 - 8 * width))
    default: Float(bits)
    }
  }
}
