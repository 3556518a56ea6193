import Diagnostics
import Foundation
import SequenceModels
package import TensorCore

/// The loss of a step, whose gradients are in the parameters.
package struct StepLoss: Sendable {
  /// The mean over the target units of all batches of the step.
  package let mean: Double
  /// Target units.
  package let units: Int
  /// What the gradients in the parameters must be multiplied by to be those of `mean`.
  package let share: Float
}

extension TrainingJob {
  /// Takes the batches of a step forth and back, as if they were one: the loss is the mean over the target units of all of them,
  /// so that a batch counts as much as it has units. Every batch has random masks of its own, which are functions of the seed,
  /// the step and its place in it.
  package func learn(from batches: ArraySlice<Batch>, _ plan: TrainingSection, step: Int) throws -> StepLoss {
    var (sum, units) = (0.0, 0)
    for (index, batch) in batches.enumerated() {
      let tape = Tape(seed: UInt64(plan.seed), stream: UInt64(step * plan.accumulate + index))
      // For a loss that throws.
      defer { tape.forget() }
      let loss = try loss(batch, tape)
      if batches.count == 1 {
        tape.backward(from: loss.mean)
        return StepLoss(mean: Double(loss.mean.scalar), units: loss.units, share: 1)
      }
      tape.backward(from: loss.mean, gradient: Tensor(repeating: Float(loss.units), loss.mean.shape))
      sum += Double(loss.mean.scalar) * Double(loss.units)
      units += loss.units
    }
    return StepLoss(mean: sum / Double(max(units, 1)), units: units, share: 1 / Float(max(units, 1)))
  }

  /// Freezes the parameters whose names begin with one of `beginnings`.
  ///
  /// - Throws: `UnrollError` when no name begins with one of them, or nothing is left to learn.
  func freeze(_ beginnings: [String], in run: RunFolder) throws {
    for beginning in beginnings {
      let found = parameters.filter { $0.name.hasPrefix(beginning) }
      guard !found.isEmpty else {
        var parts: [String] = []
        for (name, _) in parameters {
          let part = name.split(separator: ".").prefix(2).joined(separator: ".")
          if !parts.contains(part) { parts.append(part) }
        }
        throw UnrollError(
          .badData, file: run.recipe.relativePath, "training.freeze: no parameter's name begins with \(beginning)",
          advice: "they begin with \(parts.joined(separator: ", "))")
      }
      for (_, parameter) in found { parameter.isFrozen = true }
    }
    guard parameters.contains(where: { !$0.parameter.isFrozen }) else {
      throw UnrollError(
        .badData, file: run.recipe.relativePath, "training.freeze leaves nothing to learn", advice: "freeze less")
    }
  }
}

/// Clips the gradients in the parameters, which times `share` are those of the loss and have norm `norm`: first each element, then
/// the norm.
///
/// - Returns: what the gradients, as they then are, must still be multiplied by.
package func clip(_ parameters: [NamedParameter], _ share: Float, norm: Double, _ plan: TrainingSection) -> Float {
  guard let limit = plan.gradientClipValue else {
    return share * clippingScale(norm: norm, limit: plan.gradientClipNorm)
  }
  for (_, parameter) in parameters { parameter.clampGradient(to: Float(limit), scale: share) }
  return clippingScale(norm: gradientNorm(parameters), limit: plan.gradientClipNorm)
}
