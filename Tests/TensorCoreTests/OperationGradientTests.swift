import TensorCore
import TestSupport
import Testing

/// Gradients of products, look-ups, softmax, losses, dropout and normalisation, against differences.
@Suite struct OperationGradientTests {
  static let transposes = [(false, false), (false, true), (true, false), (true, true)]

  @Test(arguments: [[3, 4, 5], [1, 7, 1], [9, 1, 33], [7, 9, 2], [0, 3, 2], [3, 0, 2], [2, 3, 0]])
  func matrixProducts(_ sizes: [Int]) {
    let (m, k, n) = (sizes[0], sizes[1], sizes[2])
    for (first, second) in Self.transposes {
      let a = randomTensor(first ? [k, m] : [m, k], seed: 1)
      let b = randomTensor(second ? [n, k] : [k, n], seed: 2)
      checkGradients("matmul \(sizes) \(first) \(second)", of: [a, b]) {
        $0[0].matmul($0[1], transposeSelf: first, transposeOther: second)
      }
      let x = randomTensor(first ? [2, k, m] : [2, m, k], seed: 3)
      let y = randomTensor(second ? [2, n, k] : [2, k, n], seed: 4)
      checkGradients("batched matmul \(sizes) \(first) \(second)", of: [x, y]) {
        $0[0].batchedMatmul($0[1], transposeSelf: first, transposeOther: second)
      }
    }
  }

  @Test func productsOfSequences() {
    let sequence = randomTensor([3, 2, 5], seed: 5)
    checkGradients("[T, B, D] [D, H]", of: [sequence, randomTensor([5, 7], seed: 6)]) { $0[0].matmul($0[1]) }
    checkGradients("[T, B, D] [H, D]ᵀ", of: [sequence, randomTensor([7, 5], seed: 7)]) {
      $0[0].matmul($0[1], transposeOther: true)
    }
    checkGradients("row", of: [randomTensor([5], seed: 8), randomTensor([5, 7], seed: 9)]) { $0[0].matmul($0[1]) }
    let grid = randomTensor([2, 2, 3, 4], seed: 10)
    checkGradients("two leading axes", of: [grid, randomTensor([2, 2, 4, 3], seed: 11)]) {
      $0[0].batchedMatmul($0[1])
    }
    checkGradients("a matrix by itself", of: [randomTensor([3, 3], seed: 12)]) { $0[0].matmul($0[0]) }
  }

  @Test func gathersAndScatters() {
    let table = randomTensor([7, 9], seed: 13)
    let ids: [Int32] = [4, 0, 4, 4, 6, 0]
    checkGradients("gather", of: [table]) { $0[0].gatherRows(ids: ids) }
    checkGradients("gather [T, B]", of: [table]) { $0[0].gatherRows(ids: ids, shape: [3, 2]) }
    checkGradients("gather nothing", of: [table]) { $0[0].gatherRows(ids: []) }
    checkGradients("scatter", of: [randomTensor([6, 3], seed: 14)]) { $0[0].scatterAddRows(ids: ids, rows: 8) }
    checkGradients("scatter nothing", of: [Tensor(zeros: [0, 3])]) { $0[0].scatterAddRows(ids: [], rows: 2) }
  }

  @Test(arguments: [[1], [7], [3, 9], [2, 3, 7], [2, 33], [0, 5]]) func softmaxes(_ shape: [Int]) {
    let x = randomTensor(shape, seed: 15)
    checkGradients("softmax", of: [x]) { $0[0].softmax() }
    checkGradients("log softmax", of: [x]) { $0[0].logSoftmax() }
  }

  @Test func softmaxWithLengths() {
    let x = randomTensor([2, 4, 7], seed: 16)
    let lengths: [Int32] = [4, 7, 0, 1]
    checkGradients("softmax", of: [x]) { $0[0].softmax(lengths: lengths) }
    checkGradients("log softmax", of: [x]) { $0[0].logSoftmax(lengths: lengths) }
    let weights = Workers.shared.run { x.softmax(lengths: lengths).values }
    for row in 0..<8 {
      let (values, length) = (weights[(row * 7)..<(row * 7 + 7)], Int(lengths[row % 4]))
      #expect(values.dropFirst(length).allSatisfy { $0 == 0 })
      expectClose(values.reduce(0, +), length == 0 ? 0 : 1, tolerance: 1e-6)
    }
  }

  @Test(arguments: [Float(0), 0.1]) func crossEntropies(_ smoothing: Float) {
    for (rows, classes) in [(1, 1), (5, 9), (3, 33), (0, 4)] {
      let logits = randomTensor([rows, classes], seed: 17)
      var labels = (0..<rows).map { Int32(($0 * 7 + 3) % classes) }
      if rows > 2 { labels[1] = -1 }
      checkGradients("cross-entropy \(rows) × \(classes)", of: [logits]) {
        $0[0].crossEntropy(labels: labels, labelSmoothing: smoothing).loss
      }
    }
  }

  @Test(arguments: [Float(0), 0.1]) func linearCrossEntropies(_ smoothing: Float) {
    for (rows, width, classes) in [(1, 1, 3), (5, 7, 9), (4, 3, 33), (0, 2, 4)] {
      let x = randomTensor([rows, width], seed: 18)
      let weight = randomTensor([classes, width], seed: 19)
      let bias = randomTensor([classes], seed: 20)
      var labels = (0..<rows).map { Int32(($0 * 5 + 2) % classes) }
      if rows > 2 { labels[2] = 1 }
      checkGradients("with bias, scaled", of: [x, weight, bias]) {
        linearCrossEntropy(
          $0[0], weight: $0[1], bias: $0[2], labels: labels, ignoring: 1, labelSmoothing: smoothing, scale: 0.7
        ).loss
      }
      checkGradients("without bias", of: [x, weight]) {
        linearCrossEntropy($0[0], weight: $0[1], bias: nil, labels: labels, labelSmoothing: smoothing).loss
      }
    }
  }

  /// The fused form says what a product and a cross-entropy say, with a tape and without.
  @Test func linearCrossEntropyIsAProductAndACrossEntropy() {
    let (x, weight, bias) = (
      randomTensor([6, 5], seed: 21), randomTensor([9, 5], seed: 22), randomTensor([9], seed: 23)
    )
    let labels: [Int32] = [3, 0, 8, -1, 4, 4]
    Workers.shared.run {
      let apart = (x.matmul(weight, transposeOther: true) + bias).crossEntropy(labels: labels, labelSmoothing: 0.1)
      for tracked in [false, true] {
        let (loss, likelihood) = linearCrossEntropy(
          tracked ? Tape().watch(x) : x, weight: weight, bias: bias, labels: labels, labelSmoothing: 0.1, scale: 0.5)
        expectClose(loss.scalar, apart.loss.scalar * 0.5, tolerance: 1e-6)
        expectClose(likelihood, apart.negativeLogLikelihood, tolerance: 1e-6)
      }
    }
  }

  @Test(arguments: [[1, 7], [3, 9], [2, 3, 33], [0, 4]]) func layerNormalisation(_ shape: [Int]) {
    let width = shape[shape.count - 1]
    let inputs = [
      randomTensor(shape, seed: 24), randomTensor([width], seed: 25), randomTensor([width], seed: 26),
    ]
    checkGradients("layer normalisation \(shape)", of: inputs) {
      $0[0].layerNormalized(weight: $0[1], bias: $0[2])
    }
  }

  @Test(arguments: [[1], [9], [3, 33], [0, 4]]) func dropout(_ shape: [Int]) {
    checkGradients("dropout \(shape)", of: [randomTensor(shape, seed: 27)]) { $0[0].dropout(0.4) }
  }
}
