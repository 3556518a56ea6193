/// Counts the n-grams that a hypothesis shares with references, exactly and on integers only.
///
/// An n-gram is named by the pair (name of its first n−1 symbols, last symbol), and equal pairs get equal numbers, so
/// that no n-gram is ever built or hashed as a whole. One matcher serves all segments: its memory is used again.
struct NGramMatcher {
  private var numbers = PairNumbering()
  private var hypothesisCounts: [Int32] = []
  private var referenceCounts: [Int32] = []
  private var pooledCounts: [Int32] = []

  /// Gives equal words equal symbols, within and across the texts of one segment.
  ///
  /// - Parameter texts: code points and where the words lie in them.
  mutating func symbols(_ texts: [(points: [UInt32], words: [Range<Int>])]) -> [[UInt32]] {
    numbers.start(atMost: texts.reduce(0) { $0 + $1.points.count })
    return texts.map { text in
      text.words.map { word in
        // A walk through the trie of all words, whose edges are the pairs (node, code point); the root is 0.
        var node: UInt32 = 0
        for index in word { node = numbers.number(node, text.points[index]) + 1 }
        return node
      }
    }
  }

  /// For n = 1 … `order`: the sum over distinct n-grams of the hypothesis of min(its count there, its largest count in
  /// one reference), which is BLEU's clipped count (Papineni et al. 2002).
  mutating func matches(_ hypothesis: [UInt32], _ references: [[UInt32]], upTo order: Int) -> [Int] {
    var hypothesisNames = [UInt32](repeating: 0, count: hypothesis.count)
    var referenceNames = references.map { [UInt32](repeating: 0, count: $0.count) }
    let total = references.reduce(hypothesis.count) { $0 + $1.count }
    var matches: [Int] = []
    for n in 1...order {
      guard hypothesis.count >= n else {
        matches.append(0)
        continue
      }
      numbers.start(atMost: total)
      numbers.extend(&hypothesisNames, by: hypothesis, to: n)
      for index in references.indices { numbers.extend(&referenceNames[index], by: references[index], to: n) }

      Self.clear(&hypothesisCounts, numbers.count)
      Self.clear(&pooledCounts, numbers.count)
      for name in hypothesisNames { hypothesisCounts[Int(name)] += 1 }
      for names in referenceNames {
        Self.clear(&referenceCounts, numbers.count)
        for name in names { referenceCounts[Int(name)] += 1 }
        for name in names { pooledCounts[Int(name)] = max(pooledCounts[Int(name)], referenceCounts[Int(name)]) }
      }
      var sum = 0
      for (count, limit) in zip(hypothesisCounts, pooledCounts) { sum += Int(min(count, limit)) }
      matches.append(sum)
    }
    return matches
  }

  private static func clear(_ counts: inout [Int32], _ count: Int) {
    counts.removeAll(keepingCapacity: true)
    counts.append(contentsOf: repeatElement(0, count: count))
  }
}
