import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("Products in 8 bits")
struct Int8MatrixTests {
  /// The same product by integers of Swift.
  private func expected(_ x: Tensor, _ weight: Tensor, bias: Tensor?) -> [Double] {
    func rounded(_ matrix: Tensor) -> [(values: [Int], scale: Double)] {
      (0..<matrix.rows).map { row in
        let values = Array(matrix.values[row * matrix.columns..<(row + 1) * matrix.columns])
        let most = values.map(abs).max() ?? 0
        guard most > 0 else { return (values.map { _ in 0 }, 0) }
        return (values.map { Int(($0 * (127 / most)).rounded(.toNearestOrEven)) }, Double(most / 127))
      }
    }
    let columns = rounded(weight)
    return rounded(x).flatMap { row in
      columns.enumerated().map { index, column in
        let sum = zip(row.values, column.values).reduce(0) { $0 + $1.0 * $1.1 }
        return Double(sum) * row.scale * column.scale + Double(bias?.values[index] ?? 0)
      }
    }
  }

  @Test(arguments: [1, 5, 8, 9, 32, 33, 40, 70, 161])
  func productIsThatOfTheIntegers(rows: Int) {
    for (outputs, inputs) in [(1, 1), (16, 64), (33, 7), (70, 130)] {
      let x = randomTensor([rows, inputs], seed: UInt64(rows), in: -2...2)
      let weight = randomTensor([outputs, inputs], seed: 7, in: -0.5...0.5)
      let bias = rows % 2 == 0 ? nil : randomTensor([outputs], seed: 8, in: -1...1)
      let got = Workers.shared.run { x.product(Int8Matrix(weight), bias: bias) }
      #expect(got.shape == [rows, outputs])
      for (a, b) in zip(got.values, expected(x, weight, bias: bias)) {
        #expect(abs(Double(a) - b) <= 1e-5 * (1 + abs(b)), "\(rows)×\(outputs)×\(inputs)")
      }
    }
  }

  @Test func productIsNearThatOfFloats() {
    let x = randomTensor([40, 512], seed: 1, in: -1...1)
    let weight = randomTensor([96, 512], seed: 2, in: -0.2...0.2)
    let (exact, rounded) = Workers.shared.run {
      (x.matmul(weight, transposeOther: true), x.product(Int8Matrix(weight), bias: nil))
    }
    // Each factor is off by at most half a step, a 254th of the largest; over 512 products that averages out.
    let apart = zip(exact.values, rounded.values).map { abs($0 - $1) }
    #expect((apart.max() ?? 1) < 0.05)
    #expect(apart.reduce(0, +) / Float(apart.count) < 0.01)
    #expect((apart.max() ?? 0) > 0)
  }

  @Test func aRowDependsOnItselfAlone() {
    let x = randomTensor([75, 48], seed: 3, in: -1...1)
    let weight = randomTensor([20, 48], seed: 4, in: -1...1)
    Workers.shared.run {
      let matrix = Int8Matrix(weight)
      let together = x.product(matrix, bias: nil)
      for row in [0, 7, 31, 32, 40, 74] {
        let alone = x.slice(row..<row + 1, axis: 0).product(matrix, bias: nil)
        #expect(alone.values == Array(together.values[row * 20..<(row + 1) * 20]), "row \(row)")
      }
    }
  }

  @Test func whatIsNotFiniteStaysSo() {
    var values = randomTensor([3, 16], seed: 5, in: -1...1).values
    values[20] = .nan
    let x = Tensor(values, shape: [3, 16])
    let result = Workers.shared.run { x.product(Int8Matrix(randomTensor([4, 16], seed: 6, in: -1...1)), bias: nil) }
    #expect(result.values.map(\.isNaN) == (0..<12).map { $0 / 4 == 1 })
    var weights = randomTensor([4, 16], seed: 6, in: -1...1).values
    weights[3 * 16] = .infinity
    let damaged = Workers.shared.run {
      Tensor(zeros: [2, 16]).product(Int8Matrix(Tensor(weights, shape: [4, 16])), bias: nil)
    }
    #expect(damaged.values.map(\.isNaN) == (0..<8).map { $0 % 4 == 3 })
  }

  @Test(arguments: RecurrentCell.allCases)
  func recurrentLayersUseIt(cell: RecurrentCell) {
    let (steps, batch, inputs, hidden) = (6, 9, 24, 32)
    func numbers(_ shape: [Int], _ seed: UInt64, _ range: Float) -> Tensor {
      randomTensor(shape, seed: seed, in: -range...range)
    }
    let plain = RecurrentWeights(
      inputHidden: numbers([cell.gates * hidden, inputs], 1, 0.3),
      hiddenHidden: numbers([cell.gates * hidden, hidden], 2, 0.3), biasInput: numbers([cell.gates * hidden], 3, 0.3),
      biasHidden: numbers([cell.gates * hidden], 4, 0.3))
    let x = numbers([steps, batch, inputs], 5, 1)
    let lengths = [6, 6, 5, 4, 3, 2, 2, 1, 0]
    let (exact, rounded) = Workers.shared.run {
      let int8 = RecurrentWeights(
        inputHidden: plain.inputHidden, hiddenHidden: plain.hiddenHidden, biasInput: plain.biasInput,
        biasHidden: plain.biasHidden, int8: Int8RecurrentWeights(plain, cell: cell))
      return (
        recurrentLayer(x, cell: cell, directions: [.forward], weights: [plain], lengths: lengths),
        recurrentLayer(x, cell: cell, directions: [.forward], weights: [int8], lengths: lengths)
      )
    }
    let apart = zip(exact.output.values, rounded.output.values).map { abs($0 - $1) }
    #expect((apart.max() ?? 1) < 0.06)
    #expect((apart.max() ?? 0) > 1e-5, "nothing was rounded")
    #expect(zip(exact.hidden.values, rounded.hidden.values).allSatisfy { abs($0 - $1) < 0.06 })
  }
}
