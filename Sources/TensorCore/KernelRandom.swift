/// Reproducible inputs for kernels (SplitMix64, Steele et al. 2014).
package struct KernelRandom: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers that depend on `seed` alone.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// `count` numbers, evenly spread over `range`.
  package mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  /// `count` numbers at least 0.2 from 0, where a rectifier has no derivative.
  mutating func awayFromZero(_ count: Int) -> [Float] {
    floats(count, in: 0.2...2).map { Bool.random(using: &self) ? $0 : -$0 }
  }

  /// `floats` as an argument of a kernel.
  mutating func array(_ count: Int, in range: ClosedRange<Float> = -2...2) -> KernelArray {
    .floats(floats(count, in: range))
  }
}
