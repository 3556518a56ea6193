import Foundation

/// A BLEU score with the figures that it is made of.
package struct BLEUScore: Sendable, Equatable, CustomStringConvertible {
  /// 0 to 100.
  package let score: Double
  /// n-gram precisions for n = 1 … 4 in percent, smoothed.
  package let precisions: [Double]
  /// Clipped n-gram matches and n-grams of the hypotheses for n = 1 … 4.
  package let matches: [Int]
  package let totals: [Int]
  /// At most 1; smaller when the hypotheses are shorter than the references.
  package let brevityPenalty: Double
  /// Words of the hypotheses and of the references closest in length.
  package let hypothesisLength: Int
  package let referenceLength: Int
  /// How it was computed, as sacreBLEU writes it, without `version`.
  package let signature: String

  /// `BLEU = 21.40 53.1/27.0/… (BP = 1.000 ratio = 1.010 hyp_len = 101 ref_len = 100)`, as sacreBLEU prints it.
  package var description: String {
    let ratio = referenceLength > 0 ? Double(hypothesisLength) / Double(referenceLength) : 0
    let parts = precisions.map { String(format: "%.1f", $0) }.joined(separator: "/")
    return String(format: "BLEU = %.2f ", score) + parts
      + String(
        format: " (BP = %.3f ratio = %.3f hyp_len = %d ref_len = %d)", brevityPenalty, ratio, hypothesisLength,
        referenceLength)
  }
}
