import Foundation

/// What the log-probability of a hypothesis is divided by before hypotheses are ranked, so that a longer one is not
/// worse for its length alone. Lengths count generated tokens, `</s>` included.
package enum LengthPenalty: Sendable, Equatable {
  /// Nothing: the plain log-probability, which favours short hypotheses.
  case none
  /// The length: the mean log-probability of a token.
  case average
  /// ((5 + length) / 6)^alpha, Wu et al. 2016, "Google's Neural Machine Translation System", equation 14. Alpha 0 is
  /// `none`; the default of `SearchOptions` is 1.
  case gnmt(alpha: Float)

  /// `logProbability` made comparable; a hypothesis without tokens counts as one of length 1.
  package func score(_ logProbability: Float, length: Int) -> Float {
    let length = Float(max(1, length))
    switch self {
    case .none: return logProbability
    case .average: return logProbability / length
    case .gnmt(let alpha): return logProbability / pow((5 + length) / 6, alpha)
    }
  }
}
