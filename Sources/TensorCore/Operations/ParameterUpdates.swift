import CKernels

extension Parameter {
  /// v ← μ v + s g, w ← w - η v: stochastic gradient descent as PyTorch's. `momentum` nil means μ = 0.
  package func descend(
    _ gradient: Tensor, momentum: inout Tensor?, factor: Float, learningRate: Float, gradientScale: Float
  ) {
    let (w, g) = (value.makeUnique(), gradient.pointer)
    let v = momentum?.makeUnique()
    eachRange(of: gradient.count) { range in
      let first = range.lowerBound
      unroll_sgd(range.count, w + first, g + first, v.map { $0 + first }, learningRate, factor, 0, false, gradientScale)
    }
  }

  /// w ← w + s (v - w): goes a share s of the way to `other`, of the same shape.
  package func approach(_ other: Tensor, share: Float) {
    let (w, v) = (value.makeUnique(), other.pointer)
    eachRange(of: other.count) { range in
      let first = range.lowerBound
      // The gradient of ½ (w - v)²: -v and a decay of 1.
      unroll_sgd(range.count, w + first, v + first, nil, share, 0, 1, false, -1)
    }
  }

  /// One step of Adam (Kingma and Ba, 2015) as PyTorch's; `update` counts from 1. `decay` shrinks the parameter itself, times
  /// the learning rate (AdamW; Loshchilov and Hutter, 2019).
  package func adapt(
    _ gradient: Tensor, mean: inout Tensor, square: inout Tensor, update: Int, learningRate: Float, beta1: Float,
    beta2: Float, epsilon: Float, decay: Float = 0, gradientScale: Float
  ) {
    let (w, g) = (value.makeUnique(), gradient.pointer)
    let (m, v) = (mean.makeUnique(), square.makeUnique())
    eachRange(of: gradient.count) { range in
      let first = range.lowerBound
      unroll_adam(
        range.count, w + first, g + first, m + first, v + first, update, learningRate, beta1, beta2, epsilon, decay,
        true,
        gradientScale)
    }
  }
}
