import Foundation

/// BLEU-1 to BLEU-4 of captions as pycocoevalcap computes them (its `bleu_scorer.py`), 0 to 1.
///
/// This is not sacreBLEU's score: tiny numbers in the fractions stand in for smoothing, so that an order without a match gives
/// nearly 0 for a caption and for a corpus alike. Of several references the length closest to the caption's counts, the
/// shorter of two equally close.
struct CaptionBLEU {
  static let order = 4

  /// What BLEU is computed from, of one caption or of many.
  private struct Counts {
    var matches = [Int](repeating: 0, count: order)
    var totals = [Int](repeating: 0, count: order)
    var length = 0
    var referenceLength = 0

    static func += (sum: inout Counts, other: Counts) {
      for n in 0..<order {
        sum.matches[n] += other.matches[n]
        sum.totals[n] += other.totals[n]
      }
      sum.length += other.length
      sum.referenceLength += other.referenceLength
    }

    /// BLEU-1 … BLEU-4. pycocoevalcap's constants keep a fraction without a match, or without an n-gram, close to 0.
    var scores: [Double] {
      let (tiny, small) = (1e-15, 1e-9)
      var product = 1.0
      var scores: [Double] = []
      for n in 0..<order {
        product *= (Double(matches[n]) + tiny) / (Double(totals[n]) + small)
        scores.append(pow(product, 1 / Double(n + 1)))
      }
      let ratio = (Double(length) + tiny) / (Double(referenceLength) + small)
      return ratio < 1 ? scores.map { $0 * exp(1 - 1 / ratio) } : scores
    }
  }

  /// BLEU-1 … BLEU-4 of the corpus, from the sums over all captions.
  let corpus: [Double]
  /// BLEU-1 … BLEU-4 of each caption.
  let clips: [[Double]]

  init(_ corpus: CaptionCorpus) {
    var matcher = NGramMatcher()
    var sum = Counts()
    clips = corpus.clips.map { clip in
      let length = clip.hypothesis.count
      let lengths = clip.references.map(\.count)
      let counts = Counts(
        matches: matcher.matches(clip.hypothesis, clip.references, upTo: Self.order),
        totals: (0..<Self.order).map { max(0, length - $0) }, length: length,
        referenceLength: lengths.min { (abs($0 - length), $0) < (abs($1 - length), $1) } ?? 0)
      sum += counts
      return counts.scores
    }
    self.corpus = sum.scores
  }
}
