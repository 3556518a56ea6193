import TensorCore
import TestSupport
import Testing

/// Work that is large enough to be shared over the threads says what the same work in pieces says, on both ways.
@Suite struct LargeOperationTests {
  static let rows = 300
  static let columns = 301

  typealias RowWise = @Sendable (Tensor) -> Tensor

  /// Operations that treat every row for itself.
  static let rowWise: [(String, RowWise)] = [
    ("tanh", { $0.tanh() }), ("square", { $0.square() }), ("softmax", { $0.softmax() }),
    ("log softmax", { $0.logSoftmax() }), ("row sums", { $0.sum(axes: [1]) }), ("maxima", { $0.max(axes: [1]) }),
    ("bias", { $0 + randomTensor([columns], seed: 5) }), ("times a row", { $0 * randomTensor([columns], seed: 5) }),
    ("divided", { $0 / ($0.square() + 1) }), ("a column", { $0 - $0.mean(axes: [1], keepingDimensions: true) }),
    ("slice", { $0.slice(3..<290, axis: 1) }), ("concatenate", { Tensor.concatenate([$0, $0 * 2], axis: 1) }),
    ("gather", { $0.gatherRows(ids: (0..<$0.shape[0]).map { Int32($0) }) }),
    (
      "layer normalisation",
      { $0.layerNormalized(weight: randomTensor([columns], seed: 6), bias: randomTensor([columns], seed: 7)) }
    ),
  ]

  @Test(arguments: rowWise.indices) func rowsTogetherAndApart(_ index: Int) {
    let (name, operation) = Self.rowWise[index]
    Workers.shared.run {
      let x = randomTensor([Self.rows, Self.columns], seed: 1)
      func run(_ input: Tensor) -> (values: [Float], gradient: [Float]) {
        let tape = Tape()
        let watched = tape.watch(input)
        let output = operation(watched)
        tape.backward(from: output, gradient: output.detached * 3)
        return (output.values, tape.gradient(of: watched)?.values ?? [])
      }
      let together = run(x)
      let apart = (0..<Self.rows).map { run(x.slice($0..<$0 + 1)) }
      expectClose(together.values, apart.flatMap(\.values), tolerance: 1e-6, name)
      expectClose(together.gradient, apart.flatMap(\.gradient), tolerance: 1e-6, "\(name), gradient")
    }
  }

  @Test func sumsOverEverythingAndOverRows() {
    Workers.shared.run {
      let x = randomTensor([Self.rows, Self.columns], seed: 2)
      let values = x.values.map { Double($0) }
      expectClose(Double(x.sum().scalar), values.reduce(0, +), tolerance: 1e-6)
      let columns = (0..<Self.columns).map { column in
        stride(from: column, to: values.count, by: Self.columns).reduce(0) { $0 + values[$1] }
      }
      expectClose(x.sum(axes: [0]).values.map { Double($0) }, columns, tolerance: 1e-5)
      let tape = Tape()
      let bias = tape.watch(Tensor(zeros: [Self.columns]))
      tape.backward(from: x + bias, gradient: x)
      expectClose(tape.gradient(of: bias)?.values.map { Double($0) } ?? [], columns, tolerance: 1e-5)
    }
  }

  @Test func softmaxWithLengthsOfManyRows() {
    Workers.shared.run {
      let lengths = (0..<Self.rows).map { Int32($0 * 37 % (Self.columns + 1)) }
      let x = randomTensor([Self.rows, Self.columns], seed: 12)
      func run(_ rows: Range<Int>) -> (values: [Float], gradient: [Float]) {
        let tape = Tape()
        let watched = tape.watch(x.slice(rows))
        let output = watched.softmax(lengths: Array(lengths[rows]))
        tape.backward(from: output, gradient: x.slice(rows))
        return (output.values, tape.gradient(of: watched)?.values ?? [])
      }
      let (together, apart) = (run(0..<Self.rows), (0..<Self.rows).map { run($0..<$0 + 1) })
      #expect(together.values == apart.flatMap(\.values))
      #expect(together.gradient == apart.flatMap(\.gradient))
    }
  }

  /// The gradients of weight and bias are sums over the rows of all threads.
  @Test func layerNormalisationOfManyRows() {
    Workers.shared.run {
      let (x, upstream) = (
        randomTensor([Self.rows, Self.columns], seed: 8), randomTensor([Self.rows, Self.columns], seed: 9)
      )
      let (gain, shift) = (randomTensor([Self.columns], seed: 10), randomTensor([Self.columns], seed: 11))
      for tracksInput in [true, false] {
        func run(_ rows: Range<Int>) -> [[Float]] {
          let tape = Tape()
          let operands = [gain, shift].map { tape.watch($0) }
          let input = x.slice(rows)
          let output = (tracksInput ? tape.watch(input) : input).layerNormalized(weight: operands[0], bias: operands[1])
          tape.backward(from: output, gradient: upstream.slice(rows))
          return operands.map { tape.gradient(of: $0)?.values ?? [] }
        }
        let (together, apart) = (run(0..<Self.rows), (0..<Self.rows).map { run($0..<$0 + 1) })
        for operand in 0..<2 {
          let sums = (0..<Self.columns).map { column in apart.reduce(Float(0)) { $0 + $1[operand][column] } }
          expectClose(together[operand], sums, tolerance: 1e-5)
        }
      }
    }
  }

  /// Rows that meet in the table are added in the order of the ids.
  @Test func gathersAndScatters() {
    Workers.shared.run {
      let ids = (0..<Self.rows).map { Int32($0 * 7 % 23) }
      let x = randomTensor([Self.rows, Self.columns], seed: 3)
      var expected = [Float](repeating: 0, count: 23 * Self.columns)
      for (row, id) in ids.enumerated() {
        for column in 0..<Self.columns { expected[Int(id) * Self.columns + column] += x.values(row, column) }
      }
      #expect(x.scatterAddRows(ids: ids, rows: 23).values == expected)
      let tape = Tape()
      let table = tape.watch(Tensor(zeros: [23, Self.columns]))
      tape.backward(from: table.gatherRows(ids: ids), gradient: x)
      #expect(tape.gradient(of: table)?.values == expected)
    }
  }

  @Test func transposes() {
    Workers.shared.run {
      let x = randomTensor([Self.rows, Self.columns], seed: 4)
      let expected = (0..<Self.columns).flatMap { column in (0..<Self.rows).map { x.values($0, column) } }
      #expect(x.transposed().values == expected)
      #expect(x.transposed().transposed().values == x.values)
      let cube = x.slice(0..<300, axis: 1).reshaped([30, 10, 300])
      #expect(cube.transposed([1, 0, 2]).transposed([1, 0, 2]).values == cube.values)
      #expect(cube.transposed([2, 0, 1]).transposed([1, 2, 0]).values == cube.values)
    }
  }

  /// The sum of the losses of single rows, and their gradients; with many classes, rows are done a few at a time.
  @Test(arguments: [(200, 301), (30, 5_000)]) func crossEntropies(_ rows: Int, _ classes: Int) {
    Workers.shared.run {
      let (x, weight) = (randomTensor([rows, 16], seed: 5), randomTensor([classes, 16], seed: 6))
      let bias = randomTensor([classes], seed: 7)
      let labels = (0..<rows).map { $0 % 11 == 0 ? -1 : Int32($0 * 7 % classes) }
      func run(_ rows: Range<Int>) -> (Double, Float, [Float], [Float], [Float]) {
        let tape = Tape()
        let operands = [x.slice(rows), weight, bias].map { tape.watch($0) }
        let (loss, likelihood) = linearCrossEntropy(
          operands[0], weight: operands[1], bias: operands[2], labels: Array(labels[rows]), labelSmoothing: 0.1)
        tape.backward(from: loss)
        let gradients = operands.map { tape.gradient(of: $0)?.values ?? [] }
        return (likelihood, loss.scalar, gradients[0], gradients[1], gradients[2])
      }
      let together = run(0..<rows)
      let apart = (0..<rows).map { run($0..<$0 + 1) }
      expectClose(together.0, apart.reduce(0) { $0 + $1.0 }, tolerance: 1e-6)
      expectClose(together.1, apart.reduce(0) { $0 + $1.1 }, tolerance: 1e-5)
      expectClose(together.2, apart.flatMap(\.2), tolerance: 1e-5)
      for (whole, part) in [(together.3, apart.map(\.3)), (together.4, apart.map(\.4))] {
        let sum = whole.indices.map { index in part.reduce(Float(0)) { $0 + $1[index] } }
        expectClose(whole, sum, tolerance: 1e-4)
      }
    }
  }
}

extension Tensor {
  fileprivate func values(_ row: Int, _ column: Int) -> Float { pointer[row * columns + column] }
}
