/// Reproducible inputs for kernels.
extension SplitMix {
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
