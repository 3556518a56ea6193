import Foundation

extension TrainingSection {
  /// The learning rate of a step, counted from 0 and without its warm-up, where the schedule is a function of it; nil where it
  /// stays, or validations decide. The schedule begins behind the warm-up, as with PyTorch's SequentialLR.
  ///
  /// - Parameter total: the steps that the run was to have when it began.
  package func scheduledRate(step: Int, of total: Int) -> Double? {
    let (first, step) = (step, max(0, step - warmup))
    let total = max(1, total - warmup)
    switch schedule {
    case .constant, .plateau: return nil
    case .exponential:
      return max(minimumLearningRate, learningRate * pow(decayFactor, Double(step / decayEvery)))
    case .inverseSqrt:
      let top = max(warmup, 1)
      return max(minimumLearningRate, learningRate * min(1, Double(top) / Double(first + 1)).squareRoot())
    case .cosine:
      return Self.cosine(from: learningRate, to: minimumLearningRate, Double(step) / Double(max(total - 1, 1)))
    case .oneCycle:
      // PyTorch's OneCycleLR with its defaults: pct_start 0.3, div_factor 25, final_div_factor 1e4.
      let start = learningRate / 25
      let rise = 0.3 * Double(total) - 1
      if Double(step) <= rise { return Self.cosine(from: start, to: learningRate, Double(step) / rise) }
      return Self.cosine(from: learningRate, to: start / 1e4, (Double(step) - rise) / (Double(total) - 1 - rise))
    }
  }

  /// What the learning rate of a step, counted from 0, is multiplied by: 1 / warmup at the first, 1 from the last of the warm-up on.
  package func warmUp(step: Int) -> Double { step < warmup ? Double(step + 1) / Double(warmup) : 1 }

  /// Half a cosine: `start` at 0, `end` at 1 and beyond.
  private static func cosine(from start: Double, to end: Double, _ way: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * min(1, max(0, way))))
  }
}
