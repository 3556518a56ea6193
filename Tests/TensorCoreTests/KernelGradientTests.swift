import TensorCore
import Testing

@Suite("Backward kernels against finite differences of the reference forward")
struct KernelGradientTests {
  @Test("every input element", arguments: KernelCatalogue.gradients.map(\.name))
  func matches(name: String) throws {
    let kernel = try #require(KernelCatalogue.gradients.first { $0.name == name })
    for (rows, columns) in [(1, 1), (2, 3), (3, 5), (1, 9)] { check(kernel, rows, columns) }
  }

  /// Central differences of a random weighting of all outputs, summed in double precision.
  private func check(_ kernel: KernelGradient, _ rows: Int, _ columns: Int) {
    var random = SplitMix(seed: UInt64(rows * 100 + columns))
    let inputs = kernel.inputs(rows, columns, &random)
    let weights = kernel.forward(inputs, rows, columns).map { random.floats($0.count, in: -1...1) }
    let gradients = kernel.backward(inputs, weights, rows, columns)
    #expect(gradients.map(\.count) == inputs.map(\.count))
    let step: Float = 0x1p-7
    for index in inputs.indices {
      for element in inputs[index].indices {
        var shifted = inputs
        shifted[index][element] = inputs[index][element] + step
        let up = weighted(kernel.forward(shifted, rows, columns), weights)
        shifted[index][element] = inputs[index][element] - step
        let down = weighted(kernel.forward(shifted, rows, columns), weights)
        let slope = (up - down) / Double(2 * step)
        let gradient = Double(gradients[index][element])
        #expect(
          abs(slope - gradient) <= 4e-4 * (1 + abs(slope)),
          "\(kernel.name) \(rows)×\(columns), input \(index)[\(element)]: \(gradient), differences give \(slope)")
      }
    }
  }

  private func weighted(_ outputs: [[Float]], _ weights: [[Float]]) -> Double {
    var sum = 0.0
    for (output, weight) in zip(outputs, weights) {
      for (x, w) in zip(output, weight) { sum += Double(x) * Double(w) }
    }
    return sum
  }
}
