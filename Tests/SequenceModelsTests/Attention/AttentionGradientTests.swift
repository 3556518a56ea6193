import TensorCore
import TestSupport
import Testing

@Suite("Gradients of attention against finite differences")
struct AttentionGradientTests {
  @Test("queries, keys, values and energy", arguments: [false, true], [[3, 1, 2], nil])
  func matches(additive: Bool, lengths: [Int]?) {
    let (steps, batch, positions, width, depth) = (2, 3, 3, 4, 5)
    var random = SplitMix(seed: 1)
    let operands: [Tensor] = [
      .random([steps, batch, width], &random), .random([positions, batch, width], &random),
      .random([positions, batch, depth], &random),
    ]
    expectGradients(of: operands + (additive ? [.random([width], &random)] : []), seed: 2) { operands in
      [
        attend(
          operands[0], keys: operands[1], values: operands[2], lengths: lengths,
          score: additive ? .additive(energy: operands[3]) : .product
        ).context
      ]
    }
  }
}
