package import TensorCore

/// Repeatable pseudo-random numbers for tests (SplitMix64; Steele, Lea and Flood, 2014).
package struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// The same seed gives the same numbers.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A tensor of uniform numbers in `range`, the same for the same seed.
package func randomTensor(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = -1.5...1.5) -> Tensor {
  var numbers = SeededNumbers(seed: seed)
  return Tensor((0..<shape.product).map { _ in Float.random(in: range, using: &numbers) }, shape: shape)
}
