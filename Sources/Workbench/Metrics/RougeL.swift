/// ROUGE-L, the F-score of the longest common subsequence of words (Lin 2004, https://aclanthology.org/W04-1013), as
/// pycocoevalcap computes it (its `rouge.py`), 0 to 1.
///
/// Recall weighs beta² times as much as precision; of several references the best precision and the best recall count, even when
/// they are not of the same one.
struct RougeL {
  static let beta = 1.2

  /// The score of each caption; that of a corpus is their mean.
  let clips: [Double]

  init(_ corpus: CaptionCorpus) {
    clips = corpus.clips.map { Self.score($0.hypothesis, $0.references) }
  }

  private static func score(_ hypothesis: [UInt32], _ references: [[UInt32]]) -> Double {
    var (precision, recall) = (0.0, 0.0)
    for reference in references {
      // Python splits an empty caption into one empty word, which another empty caption has too.
      let bothEmpty = hypothesis.isEmpty && reference.isEmpty
      let common = Double(bothEmpty ? 1 : commonLength(hypothesis, reference))
      precision = max(precision, common / Double(max(1, hypothesis.count)))
      recall = max(recall, common / Double(max(1, reference.count)))
    }
    guard precision > 0, recall > 0 else { return 0 }
    let factor = beta * beta
    return (1 + factor) * precision * recall / (recall + factor * precision)
  }

  /// The length of the longest common subsequence.
  private static func commonLength(_ a: [UInt32], _ b: [UInt32]) -> Int {
    var row = [Int](repeating: 0, count: b.count + 1)
    for word in a {
      var diagonal = 0
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = word == b[j] ? diagonal + 1 : max(above, row[j])
        diagonal = above
      }
    }
    return row[b.count]
  }
}
