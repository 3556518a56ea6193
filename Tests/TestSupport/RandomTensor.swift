package import TensorCore

/// A tensor of uniform numbers in `range`, the same for the same seed.
package func randomTensor(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = -1.5...1.5) -> Tensor {
  var numbers = SplitMix(seed: seed)
  return Tensor((0..<shape.product).map { _ in Float.random(in: range, using: &numbers) }, shape: shape)
}
