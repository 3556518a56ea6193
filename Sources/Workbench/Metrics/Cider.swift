import Foundation

/// CIDEr-D (Vedantam, Zitnick and Parikh 2015, https://arxiv.org/abs/1411.5726), what pycocoevalcap prints as CIDEr (its
/// `cider_scorer.py`), 0 to 10.
///
/// Captions are compared as vectors of n-grams, n = 1 … 4, each weighted by how rare it is in the references of the corpus: in how
/// many clips' references it occurs. So the score of a caption depends on the other clips, and that of a single clip is 0.
struct Cider {
  static let order = 4
  /// How fast a caption loses that is longer or shorter than its reference, in words.
  static let sigma = 6.0

  /// The score of each caption; that of a corpus is their mean.
  let clips: [Double]

  /// The n-grams of a caption with their weights, in the order of their names.
  private struct Vector {
    var weights: [(name: UInt32, weight: Double)] = []
    var norm = 0.0

    /// The product of two vectors over their lengths; a weight counts at most as much as in `reference`.
    func similarity(to reference: Vector) -> Double {
      var sum = 0.0
      var place = 0
      for (name, weight) in weights {
        while place < reference.weights.count, reference.weights[place].name < name { place += 1 }
        guard place < reference.weights.count else { break }
        let (other, expected) = reference.weights[place]
        if other == name { sum += min(weight, expected) * expected }
      }
      return norm > 0 && reference.norm > 0 ? sum / (norm * reference.norm) : sum
    }
  }

  init(_ corpus: CaptionCorpus) {
    // The captions of all clips in a row: those of a clip are its hypothesis and then its references.
    let texts = corpus.clips.map { [$0.hypothesis] + $0.references }
    var sums = [Double](repeating: 0, count: texts.count)
    var names = texts.map { $0.map { [UInt32](repeating: 0, count: $0.count) } }
    var numbers = PairNumbering()
    let total = texts.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    let logarithm = log(Double(texts.count))
    for n in 1...Self.order {
      numbers.start(atMost: total)
      for clip in texts.indices {
        for (place, text) in texts[clip].enumerated() { numbers.extend(&names[clip][place], by: text, to: n) }
      }
      let frequencies = Self.clipFrequencies(names, distinct: numbers.count)
      for clip in texts.indices {
        let vectors = names[clip].map { Self.vector($0, frequencies, logarithm) }
        for (place, reference) in vectors.enumerated().dropFirst() {
          // pycocoevalcap measures length in bigrams.
          let difference = max(1, texts[clip][0].count) - max(1, texts[clip][place].count)
          let penalty = exp(-Double(difference * difference) / (2 * Self.sigma * Self.sigma))
          sums[clip] += vectors[0].similarity(to: reference) * penalty
        }
      }
    }
    clips = zip(sums, texts).map { 10 * $0 / Double(Self.order) / Double($1.count - 1) }
  }

  /// In the references of how many clips each n-gram occurs.
  private static func clipFrequencies(_ names: [[[UInt32]]], distinct: Int) -> [Int32] {
    var frequencies = [Int32](repeating: 0, count: distinct)
    var lastClip = [Int32](repeating: -1, count: distinct)
    for (clip, texts) in names.enumerated() {
      for text in texts.dropFirst() {
        for name in text where lastClip[Int(name)] != Int32(clip) {
          lastClip[Int(name)] = Int32(clip)
          frequencies[Int(name)] += 1
        }
      }
    }
    return frequencies
  }

  private static func vector(_ names: [UInt32], _ frequencies: [Int32], _ logarithm: Double) -> Vector {
    var vector = Vector()
    var squares = 0.0
    let sorted = names.sorted()
    var start = 0
    while start < sorted.count {
      let name = sorted[start]
      var end = start + 1
      while end < sorted.count, sorted[end] == name { end += 1 }
      let weight = Double(end - start) * (logarithm - log(Double(max(1, frequencies[Int(name)]))))
      vector.weights.append((name, weight))
      squares += weight * weight
      start = end
    }
    vector.norm = squares.squareRoot()
    return vector
  }
}
