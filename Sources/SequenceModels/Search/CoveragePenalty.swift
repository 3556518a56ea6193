import Foundation

/// What a hypothesis loses for source positions that it hardly looked at: the sum over positions of the logarithm of how much
/// attention each got from all tokens together, at most 1 (Wu et al. 2016, "Google's Neural Machine Translation System",
/// equation 14). Times beta it is added to the score once a hypothesis is finished.
///
/// - Parameter attention: The attention each position got, summed over the tokens, `[S]`.
/// - Returns: 0 or less. A position that got nothing at all counts as one that got the least normal number.
package func coveragePenalty(_ attention: [Float]) -> Float {
  attention.reduce(0) { $0 + log(max(min($1, 1), .leastNormalMagnitude)) }
}
