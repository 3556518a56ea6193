package import TensorCore
import Testing

/// Checks what `function` does on the way back against differences of what it does on the way forth.
///
/// The function is applied twice on one tape with two random upstream gradients, so that every gradient is once
/// written and once added to; then with each input tracked alone, which must give the same gradients. Differences are
/// five-point central ones, in which an error of one per cent shows. Inputs must stay clear of corners by two `step`s.
/// Runs on the tensor thread.
package func checkGradients(
  _ what: String, of inputs: [Tensor], step: Float = 0.02, tolerance: Double = 3e-3,
  fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column,
  _ function: @escaping ([Tensor]) -> [Tensor]
) {
  let location = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
  Workers.shared.run {
    let check = GradientCheck(inputs: inputs, function: function)
    let all = check.gradients(tracking: Array(inputs.indices))
    for (index, input) in inputs.enumerated() {
      let title = "\(what), input \(index) \(input.shape)"
      let gradient = all[index]
      if let shape = gradient?.shape, shape != input.shape {
        Issue.record("\(title): gradient of shape \(shape)", sourceLocation: location)
        continue
      }
      let values = gradient?.values ?? [Float](repeating: 0, count: input.count)
      let alone = check.gradients(tracking: [index])[index]?.values ?? [Float](repeating: 0, count: input.count)
      if alone != values {
        Issue.record("\(title): another gradient when it is tracked alone", sourceLocation: location)
      }
      let differences = (0..<input.count).map { check.difference(input: index, element: $0, step: step) }
      let size = (differences.reduce(0) { $0 + $1 * $1 } / Double(max(1, differences.count))).squareRoot()
      for (element, (value, difference)) in zip(values, differences).enumerated() {
        let error = abs(Double(value) - difference) / max(abs(difference), size, 0.01)
        if !(error <= tolerance) {
          Issue.record(
            "\(title): element \(element) has gradient \(value), differences give \(difference)",
            sourceLocation: location)
          break
        }
      }
    }
  }
}

/// Checks a function with one result.
package func checkGradients(
  _ what: String, of inputs: [Tensor], step: Float = 0.02, tolerance: Double = 3e-3,
  fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column,
  _ function: @escaping ([Tensor]) -> Tensor
) {
  checkGradients(
    what, of: inputs, step: step, tolerance: tolerance, fileID: fileID, filePath: filePath, line: line, column: column
  ) { inputs in [function(inputs)] }
}

private struct GradientCheck {
  let inputs: [Tensor]
  let function: ([Tensor]) -> [Tensor]

  /// The results of two applications, on a tape that is the same each time.
  private func results(of inputs: [Tensor], tracking: [Int], on tape: Tape) -> (operands: [Tensor], results: [Tensor]) {
    let operands = inputs.enumerated().map { tracking.contains($0) ? tape.watch($1) : $1 }
    return (operands, function(operands) + function(operands))
  }

  /// The random upstream gradient of result `index`.
  private func upstream(_ index: Int, shape: [Int]) -> Tensor { randomTensor(shape, seed: UInt64(index) + 77) }

  /// The gradients of the inputs that are tracked.
  func gradients(tracking: [Int]) -> [Tensor?] {
    let tape = Tape(seed: 5, stream: 3)
    let (operands, results) = results(of: inputs, tracking: tracking, on: tape)
    var loss = Tensor(0)
    for (index, result) in results.enumerated() {
      loss = loss + (result * upstream(index, shape: result.shape)).sum()
    }
    tape.backward(from: loss)
    return operands.map { tape.gradient(of: $0) }
  }

  /// The derivative for one element of one input, from five points.
  func difference(input: Int, element: Int, step: Float) -> Double {
    func value(at distance: Float) -> (x: Double, loss: Double) {
      var values = inputs[input].values
      values[element] += distance
      var moved = inputs
      moved[input] = Tensor(values, shape: inputs[input].shape)
      // Tracked here too: some functions, such as dropout, do nothing without a tape.
      let results = results(of: moved, tracking: Array(inputs.indices), on: Tape(seed: 5, stream: 3)).results
      let loss = results.enumerated().reduce(0.0) { sum, result in
        let weights = upstream(result.offset, shape: result.element.shape).values
        return zip(result.element.values, weights).reduce(sum) { $0 + Double($1.0) * Double($1.1) }
      }
      return (Double(values[element]), loss)
    }
    let (far, near) = ((value(at: -2 * step), value(at: 2 * step)), (value(at: -step), value(at: step)))
    let nearSlope = (near.1.loss - near.0.loss) / (near.1.x - near.0.x)
    let farSlope = (far.1.loss - far.0.loss) / (far.1.x - far.0.x)
    return (4 * nearSlope - farSlope) / 3
  }
}
