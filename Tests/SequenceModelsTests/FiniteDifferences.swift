import TensorCore
import Testing

/// Expects the gradients of a function of tensors to be its central differences, for every element of every operand.
///
/// What is differentiated is a random weighting of all outputs, summed in double precision.
func expectGradients(
  of operands: [Tensor], seed: UInt64, tolerance: Double = 4e-4, step: Float = 0x1p-7,
  sourceLocation: SourceLocation = #_sourceLocation, _ function: ([Tensor]) -> [Tensor]
) {
  var failures: [String] = []
  Workers.shared.run {
    var random = SplitMix(seed: seed)
    let tape = Tape()
    let watched = operands.map { tape.watch($0) }
    let outputs = function(watched)
    let weights = outputs.map { Tensor.random($0.shape, &random) }
    let parts = zip(outputs, weights).map { ($0 * $1).sum() }
    tape.backward(from: parts.dropFirst().reduce(parts[0]) { $0 + $1 })

    func weighted(_ operands: [Tensor]) -> Double {
      zip(function(operands), weights).reduce(0) { sum, pair in
        zip(pair.0.values, pair.1.values).reduce(sum) { $0 + Double($1.0) * Double($1.1) }
      }
    }

    for (index, operand) in operands.enumerated() {
      guard let gradient = tape.gradient(of: watched[index]) else {
        failures.append("operand \(index): no gradient")
        continue
      }
      for element in 0..<operand.count {
        func shifted(_ distance: Float) -> Double {
          var values = operand.values
          values[element] += distance
          var all = operands
          all[index] = Tensor(values, shape: operand.shape)
          return weighted(all)
        }
        let slope = (shifted(step) - shifted(-step)) / Double(2 * step)
        let found = Double(gradient.values[element])
        if !(abs(slope - found) <= tolerance * (1 + abs(slope))) {
          failures.append("operand \(index)[\(element)]: \(found), differences give \(slope)")
        }
      }
    }
  }
  if !failures.isEmpty {
    Issue.record(
      "\(failures.count) gradients differ: \(failures.prefix(5).joined(separator: "; "))",
      sourceLocation: sourceLocation)
  }
}
