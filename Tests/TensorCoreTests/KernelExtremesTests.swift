import CKernels
import Foundation
import Testing

@Suite("Kernels at the ends of the number line")
struct KernelExtremesTests {
  @Test func exponentialAndItsKin() {
    let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 89, -104.5, 1e38, -1e38, 1.2e-38, -100, 88.7]
    check(x, unroll_exp, { exp($0) })
    check(x, unroll_tanh, { tanh($0) })
    check(x, unroll_sigmoid, { 1 / (1 + exp(-$0)) })
    check(x, unroll_log, { log($0) })
  }

  /// A hyperbolic tangent made of exponentials loses all digits near 0; this one must not.
  @Test func hyperbolicTangentIsRelativelyExact() {
    let x = (0..<4000).map { Float(sign: $0 % 2 == 0 ? .plus : .minus, exponent: -120 + $0 / 32, significand: 1.37) }
    var y = x
    unroll_tanh(x.count, x, &y)
    for (input, output) in zip(x, y) {
      let wanted = tanh(Double(input))
      #expect(abs(Double(output) - wanted) <= 3 * Double(Float(abs(wanted)).ulp), "tanh(\(input)) gave \(output)")
    }
  }

  @Test func exponentialAndLogarithmWithinTwoUlp() {
    let x = (0..<5000).map { Float($0) * 0.0377 - 102 }
    var y = x
    unroll_exp(x.count, x, &y)
    for (input, output) in zip(x, y) {
      let wanted = exp(Double(input))
      if wanted > Double(Float.greatestFiniteMagnitude) { continue }
      #expect(abs(Double(output) - wanted) <= 2 * Double(Float(wanted).ulp), "exp(\(input)) gave \(output)")
    }
    let positive = (0..<5000).map { Float(sign: .plus, exponent: -140 + $0 / 20, significand: 1 + Float($0 % 20) / 20) }
    var logs = positive
    unroll_log(positive.count, positive, &logs)
    for (input, output) in zip(positive, logs) {
      let wanted = log(Double(input))
      #expect(abs(Double(output) - wanted) <= 2 * Double(Float(abs(wanted)).ulp), "log(\(input)) gave \(output)")
    }
  }

  @Test func crossEntropyOfHugeLogits() {
    var logits: [Float] = [1e30, -1e30, 0, 3]
    var (loss, nll) = (0.0, 0.0)
    unroll_softmax_cross_entropy(1, 4, &logits, [1], -100, 0, 1, &loss, &nll, nil)
    #expect(logits == [1, -1, 0, 0])
    #expect(abs(loss / 2e30 - 1) < 1e-6 && loss == nll)
  }

  @Test func softmaxOfHugeLogits() {
    var y = [Float](repeating: 7, count: 4)
    unroll_softmax(1, 4, [-1e30, 1e30, 1e30, 5], nil, &y)
    #expect(y == [0, 0.5, 0.5, 0])
  }

  private func check(
    _ x: [Float], _ kernel: (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void,
    _ function: (Double) -> Double
  ) {
    var y = x
    kernel(x.count, x, &y)
    for (input, output) in zip(x, y) {
      let wanted = Float(function(Double(input)))
      let same =
        output == wanted || (output.isNaN && wanted.isNaN) || abs(output - wanted) <= 4e-7 * abs(wanted) + 2e-38
      #expect(same, "\(input) gave \(output), not \(wanted)")
    }
  }
}
