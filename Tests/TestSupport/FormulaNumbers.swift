package import TensorCore

/// Numbers in [-0.5, 0.5), made from integers as the scripts of fixtures make them (`numbers`), so that weights too large
/// for a fixture need not be in one.
package func formulaNumbers(_ shape: [Int], _ tensor: Int) -> Tensor {
  let values = (0..<shape.product).map { index -> Float in
    var x = UInt64(index) &* 2_654_435_761 &+ UInt64(tensor) &* 0x9E37_79B9 & 0xFFFF_FFFF
    x &= 0xFFFF_FFFF
    x ^= x >> 15
    x = x &* 2_246_822_519 & 0xFFFF_FFFF
    x ^= x >> 13
    return Float(Double(x) / 4_294_967_296 - 0.5)
  }
  return Tensor(values, shape: shape)
}
