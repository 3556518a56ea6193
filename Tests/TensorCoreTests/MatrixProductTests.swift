import TensorCore
import Testing

@Suite struct MatrixProductTests {
  @Test func productOfTwoMatrices() {
    let a = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let b = Tensor([1, 0, 0, 1, 1, 1], shape: [3, 2])
    let c = Workers.shared.run { a.matmul(b) }
    #expect(c.values == [4, 5, 10, 11])
  }
}
