import CKernels

/// Conversion between float32 and the two 16-bit formats that files hold, as their bits in memory order.
package enum HalfConversion {
  /// Widens `count` IEEE binary16 numbers.
  package static func widen(_ count: Int, _ source: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<Float>) {
    unroll_half_to_float(count, source, target)
  }

  /// Widens `count` bfloat16 numbers.
  package static func widenBrain(
    _ count: Int, _ source: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<Float>
  ) {
    unroll_bfloat_to_float(count, source, target)
  }

  /// Rounds to the nearest IEEE binary16, ties to even; what is too large becomes infinite.
  package static func narrow(_ count: Int, _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>) {
    unroll_float_to_half(count, source, target)
  }
}
