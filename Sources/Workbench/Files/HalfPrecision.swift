import TensorCore

/// Conversion between 16-bit floating point as files hold it (little endian, as every machine that we run on) and
/// `Float`. Buffers of 16-bit numbers are aligned to two bytes.
enum HalfPrecision {
  /// Widens IEEE binary16. `source` holds two bytes for each element of `destination`.
  static func widen(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
    HalfConversion.widen(destination.count, from.assumingMemoryBound(to: UInt16.self), into: to)
  }

  /// Widens bfloat16, the upper half of a `Float`. `source` is laid out as for ``widen(_:into:)``.
  static func widenBrain(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
    HalfConversion.widenBrain(destination.count, from.assumingMemoryBound(to: UInt16.self), into: to)
  }

  /// Rounds to the nearest IEEE binary16 (ties to even) and gives the index of the first finite number that became
  /// infinite (beyond 65 504), nil when all fit. `destination` has two bytes for each element of `source`.
  static func narrow(_ source: UnsafeBufferPointer<Float>, into destination: UnsafeMutableRawBufferPointer) -> Int? {
    guard let from = source.baseAddress, let to = destination.baseAddress else { return nil }
    HalfConversion.narrow(source.count, from, into: to.assumingMemoryBound(to: UInt16.self))
    // 65 520 is the smallest number that rounds to infinity.
    return source.firstIndex { $0.isFinite && $0.magnitude >= 65_520 }
  }
}
