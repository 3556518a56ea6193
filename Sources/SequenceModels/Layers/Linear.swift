package import TensorCore

/// y = x Wᵀ + b, with W `[out, in]` as in PyTorch.
package struct Linear {
  package let weight: Parameter
  package let bias: Parameter?
  /// The weights in 8 bits, which then count without a tape.
  private var int8: Int8Matrix?

  /// A layer from `inputs` to `outputs` values with Glorot weights and zero biases.
  package init(_ inputs: Int, _ outputs: Int, bias: Bool = true, using initializer: inout Initializer) {
    weight = Parameter(initializer.glorot([outputs, inputs]))
    self.bias = bias ? Parameter(Tensor(zeros: [outputs])) : nil
  }

  /// A layer of parameters that there are.
  package init(weight: Parameter, bias: Parameter?) {
    self.weight = weight
    self.bias = bias
  }

  /// Maps the last axis of `x` from `in` to `out` values.
  package func callAsFunction(_ x: Tensor, on tape: Tape?) -> Tensor {
    if tape == nil, !x.isTracked {
      return int8.map { x.product($0, bias: bias?.value) } ?? x.product(weight.value, bias: bias?.value)
    }
    let product = x.matmul(weight.on(tape), transposeOther: true)
    guard let bias else { return product }
    return product + bias.on(tape)
  }

  /// The same layer with its present weights rounded to 8 bits, for inference.
  package func in8Bits() -> Linear {
    var rounded = self
    rounded.int8 = Int8Matrix(weight.value)
    return rounded
  }

  package var parameters: [NamedParameter] { [("weight", weight)] + (bias.map { [("bias", $0)] } ?? []) }
}
