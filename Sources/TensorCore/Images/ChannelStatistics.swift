import CKernels

/// Mean and deviation of each channel, from a batch or from what has gathered, and what follows from them.
struct ChannelStatistics {
  let mean: [Float]
  /// 1 / √(variance + ε).
  let inverse: [Float]
  /// The biased variance.
  let variance: [Float]

  /// Of the batch, from sums of the distances from `centre` and of their squares over `count` values a channel.
  init(centre: [Float], sums: [Double], squares: [Double], count: Int, epsilon: Float) {
    var (mean, inverse, variance) = (centre, centre, centre)
    for channel in centre.indices {
      let distance = sums[channel] / Double(count)
      let spread = max(0, squares[channel] / Double(count) - distance * distance)
      mean[channel] = Float(Double(centre[channel]) + distance)
      variance[channel] = Float(spread)
      inverse[channel] = Float(1 / (spread + Double(epsilon)).squareRoot())
    }
    (self.mean, self.inverse, self.variance) = (mean, inverse, variance)
  }

  /// The running ones.
  init(mean: Tensor, variance: Tensor, epsilon: Float) {
    self.mean = mean.values
    self.variance = variance.values
    inverse = self.variance.map { 1 / ($0 + epsilon).squareRoot() }
  }

  /// y = x · scale + shift, with the gain and bias behind the normalisation.
  func affine(gain: Tensor, bias: Tensor) -> (scale: [Float], shift: [Float]) {
    let scale = zip(gain.values, inverse).map { $0 * $1 }
    let shift = zip(bias.values, zip(mean, scale)).map { $0 - $1.0 * $1.1 }
    return (scale, shift)
  }
}

extension ImageNormalization {
  /// Moves the running statistics towards those of a batch of `count` values a channel; their variance is unbiased.
  func follow(_ batch: ChannelStatistics, count: Int) {
    let correction = count > 1 ? Float(Double(count) / Double(count - 1)) : 1
    let mean = zip(runningMean.value.values, batch.mean).map { $0 + momentum * ($1 - $0) }
    let variance = zip(runningVariance.value.values, batch.variance).map { $0 + momentum * ($1 * correction - $0) }
    runningMean.value = Tensor(mean, shape: [mean.count])
    runningVariance.value = Tensor(variance, shape: [variance.count])
  }
}
