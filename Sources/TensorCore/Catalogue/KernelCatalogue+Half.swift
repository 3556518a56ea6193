import CKernels

private typealias Widen = @Sendable (Int, UnsafePointer<UInt16>?, UnsafeMutablePointer<Float>?) -> Void
private typealias Narrow = @Sendable (Int, UnsafePointer<Float>?, UnsafeMutablePointer<UInt16>?) -> Void

extension KernelCatalogue {
  static let half: [Kernel] = [
    widen("half_to_float", unroll_half_to_float, unroll_half_to_float_reference),
    widen("bfloat_to_float", unroll_bfloat_to_float, unroll_bfloat_to_float_reference),
    narrow("float_to_half", unroll_float_to_half, unroll_float_to_half_reference),
    narrow("float_to_bfloat", unroll_float_to_bfloat, unroll_float_to_bfloat_reference),
  ]

  /// Inputs are random bits: every exponent, denormals, infinities and NaN among them.
  private static func widen(_ name: String, _ fast: @escaping Widen, _ reference: @escaping Widen) -> Kernel {
    Kernel(
      name, .half, tolerance: 0, bytesPerElement: 6, operationsPerElement: 5,
      arrays: { n, m, random in
        [.halves((0..<n * m).map { _ in UInt16(truncatingIfNeeded: random.next()) }), .zeros(n * m)]
      },
      fast: { k, n, m in fast(n * m, k.halves(0), k.floats(1)) },
      reference: { k, n, m in reference(n * m, k.halves(0), k.floats(1)) })
  }

  private static func narrow(_ name: String, _ fast: @escaping Narrow, _ reference: @escaping Narrow) -> Kernel {
    Kernel(
      name, .half, tolerance: 0, bytesPerElement: 6, operationsPerElement: 12,
      arrays: { n, m, random in
        // Half of them in the range that a binary16 can hold, of which a few lie half-way between two of its values.
        let x = (0..<n * m).map { index -> Float in
          let bits = UInt32(truncatingIfNeeded: random.next())
          switch index % 4 {
          case 0: return Float.random(in: -70000...70000, using: &random)
          case 1: return Float(bitPattern: (bits & 0x8FFF_E000 | 0x1000) &+ 0x3000_0000)
          default: return Float(bitPattern: bits)
          }
        }
        return [.floats(x), .halves([UInt16](repeating: 0, count: n * m))]
      },
      fast: { k, n, m in fast(n * m, k.floats(0), k.halves(1)) },
      reference: { k, n, m in reference(n * m, k.floats(0), k.halves(1)) })
  }
}
