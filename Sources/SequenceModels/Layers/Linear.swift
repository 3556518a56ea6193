package import TensorCore

/// y = x Wᵀ + b, with W `[out, in]` as in PyTorch.
package struct Linear {
  package let weight: Parameter
  package let bias: Parameter?

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
    let product = x.matmul(weight.on(tape), transposeOther: true)
    guard let bias else { return product }
    return product + bias.on(tape)
  }

  package var parameters: [NamedParameter] { [("weight", weight)] + (bias.map { [("bias", $0)] } ?? []) }
}
