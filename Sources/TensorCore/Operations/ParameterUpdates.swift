import CKernels

extension Parameter {
  /// v ← μ v + s g, w ← w - η v: stochastic gradient descent as PyTorch's. `momentum` nil means μ = 0. With `nesterov`
  /// w ← w - η (s g + μ v) (Nesterov, 1983).
  package func descend(
    _ gradient: Tensor, momentum: inout Tensor?, factor: Float, nesterov: Bool = false, learningRate: Float,
    gradientScale: Float
  ) {
    let (w, g) = (value.makeUnique(), gradient.pointer)
    let v = momentum?.makeUnique()
    eachRange(of: gradient.count) { range in
      let first = range.lowerBound
      unroll_sgd(
        range.count, w + first, g + first, v.map { $0 + first }, learningRate, factor, 0, nesterov, gradientScale)
    }
  }

  /// One step of Adagrad (Duchi et al., 2011) as PyTorch's; `sum` is that of all squared gradients.
  package func adapt(
    _ gradient: Tensor, sum: inout Tensor, learningRate: Float, epsilon: Float, gradientScale: Float
  ) {
    let (w, g, s) = (value.makeUnique(), gradient.pointer, sum.makeUnique())
    eachRange(of: gradient.count) { range in
      let first = range.lowerBound
      unroll_adagrad(range.count, w + first, g + first, s + first, learningRate, epsilon, gradientScale)
    }
  }

  /// One step of RMSProp (Tieleman and Hinton, 2012) as PyTorch's; `momentum` nil means none.
  package func adapt(
    _ gradient: Tensor, square: inout Tensor, alpha: Float, momentum: inout Tensor?, factor: Float,
    learningRate: Float, epsilon: Float, gradientScale: Float
  ) {
    let (w, g, s) = (value.makeUnique(), gradient.pointer, square.makeUnique())
    let v = momentum?.makeUnique()
    eachRange(of: gradient.count) { range in
      let first = range.lowerBound
      unroll_rmsprop(
        range.count, w + first, g + first, s + first, v.map { $0 + first }, learningRate, alpha, epsilon, factor,
        gradientScale)
    }
  }

  /// One step of Adadelta (Zeiler, 2012) as PyTorch's; `change` is the mean of squared steps.
  package func adapt(
    _ gradient: Tensor, square: inout Tensor, change: inout Tensor, rho: Float, learningRate: Float, epsilon: Float,
    gradientScale: Float
  ) {
    let (w, g) = (value.makeUnique(), gradient.pointer)
    let (s, c) = (square.makeUnique(), change.makeUnique())
    eachRange(of: gradient.count) { range in
      let first = range.lowerBound
      unroll_adadelta(
        range.count, w + first, g + first, s + first, c + first, learningRate, rho, epsilon, gradientScale)
    }
  }

  /// Multiplies the gradient by `scale` and brings each of its elements into ±limit, as PyTorch's `clip_grad_value_`.
  package func clampGradient(to limit: Float, scale: Float = 1) {
    guard var clamped = gradient else { return }
    gradient = nil
    let g = clamped.makeUnique()
    eachRange(of: clamped.count) { range in
      unroll_clamp_gradient(range.count, g + range.lowerBound, limit, scale)
    }
    gradient = clamped
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
