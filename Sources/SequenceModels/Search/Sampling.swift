import Foundation
import TensorCore

/// How tokens are drawn instead of chosen. Logits are divided by the temperature; then only the `topK` most probable tokens
/// remain, of these the fewest whose probabilities reach `topP` (nucleus sampling; Holtzman et al., 2020), and one of
/// what is left is drawn by its probability. Tokens that may not follow are taken out first.
package struct Sampling: Sendable, Equatable {
  /// Above 1 flattens the distribution, below 1 sharpens it.
  package var temperature: Float
  /// How many tokens remain at most; 0 for all.
  package var topK: Int
  /// The share of the probability that remains at least; 1 for all of it.
  package var topP: Float
  /// What the random numbers follow from.
  package var seed: UInt64

  /// By default the distribution as the model gives it.
  package init(temperature: Float = 1, topK: Int = 0, topP: Float = 1, seed: UInt64 = 1) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
  }

  /// A number in 0..<1 that depends on the seed, the sentence's key, which sample of the sentence it is for, and the
  /// step, and on nothing else: neither on the other sentences nor on how work is split.
  func number(key: UInt64, sample: Int, step: Int) -> Double {
    var bits = seed
    for part in [key, UInt64(sample), UInt64(step)] {
      var mixed = SplitMix(seed: bits)
      bits = mixed.next() ^ part
    }
    var last = SplitMix(seed: bits)
    return Double(last.next() >> 11) * 0x1p-53
  }

  /// The tokens that remain of a row of logits with their probabilities, which sum to 1: by id where nothing is cut off, else
  /// from the most probable one (ties: the lower id) on. Empty where no token is allowed.
  ///
  /// - Parameter candidates: The tokens that may follow, of finite logits, by id; of the others none is more probable where
  ///   `topK` cuts.
  package func distribution(
    _ candidates: [(token: Int, logit: Float)]
  ) -> [(token: Int, probability: Double)] {
    guard let greatest = candidates.map(\.logit).max() else { return [] }
    var rest = candidates.map { candidate in
      (
        token: candidate.token, logit: candidate.logit,
        weight: exp((Double(candidate.logit) - Double(greatest)) / Double(temperature))
      )
    }
    if topK > 0 {
      rest.sort { ($1.logit, $0.token) < ($0.logit, $1.token) }
      rest.removeSubrange(min(topK, rest.count)...)
    }
    let sum = rest.reduce(0) { $0 + $1.weight }
    guard topP < 1 else { return rest.map { ($0.token, $0.weight / sum) } }
    // Those below this share have less than 1 - topP together: sorting them would be for nothing.
    let least = sum * Double(1 - topP) / Double(2 * rest.count)
    rest.removeAll { $0.weight < least }
    rest.sort { ($1.logit, $0.token) < ($0.logit, $1.token) }
    var before = 0.0
    let count = rest.firstIndex { entry in
      defer { before += entry.weight }
      return before >= Double(topP) * sum
    }
    // The most probable token always remains.
    if let count { rest.removeSubrange(max(1, count)...) }
    let share = rest.reduce(0) { $0 + $1.weight }
    return rest.map { ($0.token, $0.weight / share) }
  }

  /// The token at which the running sum of a distribution passes `number`; nil where the distribution is empty.
  static func draw(_ distribution: [(token: Int, probability: Double)], at number: Double) -> Int? {
    var sum = 0.0
    for (token, probability) in distribution {
      sum += probability
      if number < sum { return token }
    }
    // Rounding may leave the sum a little below 1.
    return distribution.last { $0.probability > 0 }?.token
  }
}
