import TensorCore
import TestSupport
import Testing

/// Gradients of arithmetic, activations, reductions and shape changes, against differences.
@Suite struct ElementGradientTests {
  /// Pairs of shapes that meet in every way: equal, rows, columns, middles, scalars, both stretched, empty.
  static let pairs: [([Int], [Int])] = [
    ([3, 7], [3, 7]), ([2, 3, 5], [5]), ([5], [2, 3, 5]), ([3, 9], [3, 1]), ([3, 1], [3, 9]), ([2, 3, 5], [2, 1, 5]),
    ([2, 1, 5], [1, 3, 1]), ([4, 1], [1, 7]), ([3, 7], []), ([], [7]), ([1], [1]), ([], []), ([0, 3], [3]),
    ([0, 3], [1, 1]), ([2, 33], [33]), ([2, 2, 3, 2], [2, 1, 3, 1]), ([1, 5], [5]), ([5], [1, 1, 5]),
  ]

  @Test(arguments: pairs) func arithmetic(_ a: [Int], _ b: [Int]) {
    let x = randomTensor(a, seed: 1)
    // A divisor stays away from zero, on both sides of it.
    let y = Tensor(randomTensor(b, seed: 2).values.map { $0 < 0 ? $0 - 0.7 : $0 + 0.7 }, shape: b)
    checkGradients("\(a) + \(b)", of: [x, y]) { $0[0] + $0[1] }
    checkGradients("\(a) - \(b)", of: [x, y]) { $0[0] - $0[1] }
    checkGradients("\(a) * \(b)", of: [x, y]) { $0[0] * $0[1] }
    checkGradients("\(a) / \(b)", of: [x, y]) { $0[0] / $0[1] }
  }

  @Test func oneTensorOnBothSides() {
    let x = randomTensor([2, 7], seed: 3, in: 0.5...2)
    checkGradients("x + x", of: [x]) { $0[0] + $0[0] }
    checkGradients("x - x * x", of: [x]) { $0[0] - $0[0] * $0[0] }
    checkGradients("x / x + x", of: [x]) { $0[0] / $0[0] + $0[0] }
  }

  @Test(arguments: [[], [1], [9], [3, 11], [0, 4]]) func numbers(_ shape: [Int]) {
    let x = randomTensor(shape, seed: 4)
    checkGradients("x + 2", of: [x]) { $0[0] + 2 }
    checkGradients("2 + x", of: [x]) { 2 + $0[0] }
    checkGradients("x - 2", of: [x]) { $0[0] - 2 }
    checkGradients("2 - x", of: [x]) { 2 - $0[0] }
    checkGradients("3 x", of: [x]) { 3 * $0[0] }
    checkGradients("x 3", of: [x]) { $0[0] * 3 }
    checkGradients("x / 3", of: [x]) { $0[0] / 3 }
    checkGradients("-x", of: [x]) { -$0[0] }
  }

  @Test(arguments: [[], [1], [7], [3, 33], [2, 0]]) func activations(_ shape: [Int]) {
    let x = randomTensor(shape, seed: 5)
    let positive = randomTensor(shape, seed: 6, in: 0.4...3)
    let clear = Tensor(x.values.map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }, shape: shape)
    checkGradients("tanh", of: [x]) { $0[0].tanh() }
    checkGradients("sigmoid", of: [x]) { $0[0].sigmoid() }
    checkGradients("relu", of: [clear]) { $0[0].relu() }
    checkGradients("exp", of: [x]) { $0[0].exp() }
    checkGradients("square", of: [x]) { $0[0].square() }
    checkGradients("log", of: [positive]) { $0[0].log() }
    checkGradients("sqrt", of: [positive]) { $0[0].sqrt() }
  }

  static let reductions: [([Int], [Int])] = [
    ([3, 7], [0]), ([3, 7], [1]), ([3, 7], [0, 1]), ([2, 3, 5], [1]), ([2, 3, 5], [0, 2]), ([2, 3, 5], [2, 0]),
    ([2, 3, 5], [1, 2]), ([9], [0]), ([1, 1], [0]), ([2, 3], []), ([4, 33], [1]), ([33, 4], [0]),
    ([2, 1, 2, 3], [1, 2]),
  ]

  @Test(arguments: reductions, [false, true]) func sumsMeansAndMaxima(_ reduction: ([Int], [Int]), keeping: Bool) {
    let (shape, axes) = reduction
    let x = randomTensor(shape, seed: 7)
    checkGradients("sum \(shape) \(axes)", of: [x]) { $0[0].sum(axes: axes, keepingDimensions: keeping) }
    checkGradients("mean \(shape) \(axes)", of: [x]) { $0[0].mean(axes: axes, keepingDimensions: keeping) }
    // Distinct values a tenth apart, so that no difference changes which is the largest.
    var numbers = SplitMix(seed: 8)
    let distinct = Tensor((0..<shape.product).map { Float($0) / 10 }.shuffled(using: &numbers), shape: shape)
    checkGradients("max \(shape) \(axes)", of: [distinct]) { $0[0].max(axes: axes, keepingDimensions: keeping) }
  }

  @Test func totalsAndEmptySums() {
    let x = randomTensor([3, 7], seed: 9)
    checkGradients("sum", of: [x]) { $0[0].sum() }
    checkGradients("mean", of: [x]) { $0[0].mean() }
    checkGradients("max", of: [Tensor([0.3, -1, 2, 0.9], shape: [2, 2])]) { $0[0].max() }
    checkGradients("sum over nothing", of: [Tensor(zeros: [0, 3])]) { $0[0].sum(axes: [0]) }
    checkGradients("sum to nothing", of: [Tensor(zeros: [0, 3])]) { $0[0].sum(axes: [1]) }
    #expect(Workers.shared.run { Tensor(zeros: [0, 3]).sum(axes: [0]).values } == [0, 0, 0])
  }

  /// torch.amax([[2, 5, 5, 1], …]) shares the gradient among ties.
  @Test func tiesShareTheGradientOfAMaximum() {
    let gradient = Workers.shared.run {
      let tape = Tape()
      let x = tape.watch(Tensor([2, 5, 5, 1, 3, 3, 3, 3], shape: [2, 4]))
      tape.backward(from: x.max(axes: [1]), gradient: Tensor([1, 2], shape: [2]))
      return tape.gradient(of: x)?.values
    }
    #expect(gradient == [0, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0.5])
  }

  @Test func shapeChanges() {
    let x = randomTensor([3, 4, 5], seed: 10)
    checkGradients("reshaped", of: [x]) { $0[0].reshaped([4, 15]) }
    for axes in [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [2, 1, 0], [1, 2, 0]] {
      checkGradients("transposed \(axes)", of: [x]) { $0[0].transposed(axes) }
    }
    checkGradients("transposed matrix", of: [randomTensor([7, 33], seed: 11)]) { $0[0].transposed() }
    checkGradients("transposed empty", of: [Tensor(zeros: [0, 3])]) { $0[0].transposed() }
    checkGradients("transposed rank 4", of: [randomTensor([2, 3, 2, 2], seed: 12)]) { $0[0].transposed([2, 0, 3, 1]) }
    for axis in 0..<3 {
      checkGradients("slice \(axis)", of: [x]) { $0[0].slice(1..<3, axis: axis) }
      checkGradients("empty slice \(axis)", of: [x]) { $0[0].slice(2..<2, axis: axis) }
      checkGradients("slices that overlap \(axis)", of: [x]) {
        [$0[0].slice(0..<2, axis: axis), $0[0].slice(1..<3, axis: axis)]
      }
      checkGradients("split \(axis)", of: [x]) { $0[0].split([1, 0, x.shape[axis] - 1], axis: axis) }
      checkGradients("one part of a split \(axis)", of: [x]) { [$0[0].split([1, x.shape[axis] - 1], axis: axis)[1]] }
      checkGradients("unstacked \(axis)", of: [x]) { $0[0].unstacked(axis: axis) }
    }
    let parts = [2, 0, 1].enumerated().map { randomTensor([3, $1, 2], seed: UInt64(20 + $0)) }
    checkGradients("concatenate", of: parts) { Tensor.concatenate($0, axis: 1) }
    let rows = [2, 1, 3].enumerated().map { randomTensor([$1, 7], seed: UInt64(30 + $0)) }
    checkGradients("concatenate rows", of: rows) { Tensor.concatenate($0) }
    let equal = (0..<3).map { randomTensor([2, 4], seed: UInt64(40 + $0)) }
    for axis in 0..<3 { checkGradients("stack \(axis)", of: equal) { Tensor.stack($0, axis: axis) } }
    checkGradients("the same tensor twice", of: [equal[0]]) { Tensor.stack([$0[0], $0[0]], axis: 1) }
  }

  /// A slice shares memory until somebody writes.
  @Test func slicesOfTheFirstAxisShareMemory() {
    let x = randomTensor([4, 3], seed: 50)
    var slice = x.slice(1..<3)
    #expect(slice.pointer == x.pointer + 3)
    slice.makeUnique()[0] = 9
    #expect(slice.pointer != x.pointer + 3)
    #expect(slice.values == [9] + x.values[4..<9])
    #expect(x.values[3] != 9)
  }
}
