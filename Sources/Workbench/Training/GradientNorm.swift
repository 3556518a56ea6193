package import TensorCore

/// The Euclidean norm of all gradients together, summed in a fixed order.
package func gradientNorm(_ parameters: [NamedParameter]) -> Double {
  parameters.reduce(0) { $0 + ($1.parameter.gradient?.sumOfSquares() ?? 0) }.squareRoot()
}

/// What gradients are multiplied by so that their norm is at most `limit` (Pascanu et al., 2013), as PyTorch's
/// `clip_grad_norm_` does it.
package func clippingScale(norm: Double, limit: Double?) -> Float {
  guard let limit else { return 1 }
  return Float(min(1, limit / (norm + 1e-6)))
}
