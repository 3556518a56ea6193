import Foundation

/// Conversion between 16-bit floating point as files hold it (little endian) and `Float`.
enum HalfPrecision {
  /// Widens IEEE binary16. `source` holds two bytes for each element of `destination`, at any alignment.
  static func widen(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>) {
    for index in destination.indices {
      let bits = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      destination[index] = Float(Float16(bitPattern: bits))
    }
  }

  /// Widens bfloat16, the upper half of a `Float`. `source` is laid out as for ``widen(_:into:)``.
  static func widenBrain(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>) {
    for index in destination.indices {
      let bits = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      destination[index] = Float(bitPattern: UInt32(bits) << 16)
    }
  }

  /// Rounds to the nearest IEEE binary16 (ties to even) and gives the index of the first finite number that became
  /// infinite (beyond 65 504), nil when all fit. `destination` has two bytes for each element of `source`.
  static func narrow(_ source: UnsafeBufferPointer<Float>, into destination: UnsafeMutableRawBufferPointer) -> Int? {
    var overflow: Int?
    for index in source.indices {
      let half = Float16(source[index])
      if half.isInfinite && source[index].isFinite && overflow == nil { overflow = index }
      destination.storeBytes(of: half.bitPattern.littleEndian, toByteOffset: 2 * index, as: UInt16.self)
    }
    return overflow
  }
}
