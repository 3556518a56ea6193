import TensorCore
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  @Test func productOfTwoMatrices() {
    let a = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let b = Tensor([1, 0, 0, 1, 1, 1], shape: [3, 2])
    let c = Workers.shared.run { a.matmul(b) }
    #expect(c.values == [4, 5, 10, 11])
  }

  @Test(arguments: [true, false]) func productWithBiasIsTheRecordedOne(hasBias: Bool) {
    // Few rows and many columns, and the other way round: the two ways in which threads share a product.
    for (rows, inputs, outputs) in [(3, 40, 700), (700, 40, 3), (1, 1, 1), (0, 4, 5)] {
      let x = randomTensor([rows, inputs], seed: 1, in: -1...1)
      let weight = randomTensor([outputs, inputs], seed: 2, in: -1...1)
      let bias = hasBias ? randomTensor([outputs], seed: 3, in: -1...1) : nil
      let (fused, recorded) = Workers.shared.run {
        let product = x.matmul(weight, transposeOther: true)
        return (x.product(weight, bias: bias), bias.map { product + $0 } ?? product)
      }
      #expect(fused.shape == recorded.shape)
      for (a, b) in zip(fused.values, recorded.values) { #expect(abs(a - b) <= 1e-5) }
    }
  }
}
