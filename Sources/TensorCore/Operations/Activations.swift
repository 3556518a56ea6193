import CKernels

extension Tensor {
  /// The hyperbolic tangent of every element.
  package func tanh() -> Tensor { mapped(unroll_tanh, backwardFromOutput: unroll_tanh_backward) }

  /// 1 / (1 + e^-x) of every element.
  package func sigmoid() -> Tensor { mapped(unroll_sigmoid, backwardFromOutput: unroll_sigmoid_backward) }

  /// The larger of 0 and x; its derivative at 0 is 0.
  package func relu() -> Tensor { mapped(unroll_relu, backwardFromOutput: unroll_relu_backward) }

  /// e^x of every element.
  package func exp() -> Tensor { mapped(unroll_exp, backwardFromOutput: unroll_exp_backward) }

  /// The square root of every element.
  package func sqrt() -> Tensor { mapped(unroll_sqrt, backwardFromOutput: unroll_sqrt_backward) }

  /// The natural logarithm of every element.
  package func log() -> Tensor { mapped(unroll_log, backwardFromInput: unroll_log_backward) }

  /// The square of every element.
  package func square() -> Tensor { mapped(unroll_square, backwardFromInput: unroll_square_backward) }

  /// A kernel that fills n results from n arguments.
  private typealias Map = (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  /// A kernel that fills (or adds to) n gradients of the arguments, from n outputs or inputs and the gradients of the
  /// outputs.
  private typealias MapBackward = (
    Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Bool
  ) -> Void

  private func mapped(
    _ map: Map, name: StaticString = #function, backwardFromOutput back: @escaping MapBackward
  ) -> Tensor {
    let output = untracked(map)
    return tracked(output, keeping: output, name, back)
  }

  private func mapped(
    _ map: Map, name: StaticString = #function, backwardFromInput back: @escaping MapBackward
  ) -> Tensor {
    tracked(untracked(map), keeping: detached, name, back)
  }

  private func untracked(_ map: Map) -> Tensor {
    let output = Tensor(uninitialized: shape)
    let (x, y) = (pointer, output.base)
    eachRange(of: count) { range in map(range.count, x + range.lowerBound, y + range.lowerBound) }
    return output
  }

  private func tracked(
    _ output: Tensor, keeping kept: Tensor, _ name: StaticString, _ back: @escaping MapBackward
  ) -> Tensor {
    let index = operand
    return result(output, of: self, name: name) { tape, gradient in
      let (k, g) = (kept.pointer, gradient.pointer)
      tape.accumulate(into: index, shape: kept.shape) { target, accumulate in
        eachRange(of: kept.count) { range in
          let start = range.lowerBound
          back(range.count, k + start, g + start, target + start, accumulate)
        }
      }
    }
  }
}
