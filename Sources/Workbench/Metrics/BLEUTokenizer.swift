/// How BLEU cuts a sentence into words, named as in sacreBLEU's signature.
package enum BLEUTokenizer: String, Sendable, CaseIterable {
  /// The tokenizer of `mteval-v13a.pl`, WMT's standard, for languages in Latin letters.
  case thirteenA = "13a"
  /// Only white space separates, for text that is tokenized already.
  case none
  /// Every code point is a word.
  case char
  /// The tokenizer of `mteval-v14.pl`, which knows the punctuation and the symbols of all scripts.
  case international = "intl"

  /// The words of a sentence as places in the code points that are returned with them.
  func words(_ sentence: [UInt32]) -> (points: [UInt32], words: [Range<Int>]) {
    switch self {
    case .thirteenA:
      let points = BLEUTokenizer13a.separated(sentence)
      return (points, PythonText.words(points))
    case .international:
      let points = BLEUTokenizerInternational.separated(sentence)
      return (points, PythonText.words(points))
    case .none: return (sentence, PythonText.words(sentence))
    case .char: return (sentence, sentence.indices.filter { !PythonText.isSpace(sentence[$0]) }.map { $0..<($0 + 1) })
    }
  }
}

extension [UInt32] {
  /// The text with spaces put in by one pass over neighbours, as a regular expression of two groups does it: left to
  /// right, a pair that matched is behind, the search goes on after it.
  ///
  /// - Parameters:
  ///   - matches: whether a pair is to be spaced.
  ///   - before, between, after: where the spaces go.
  func spacingPairs(
    before: Bool = false, between: Bool = false, after: Bool = false, where matches: (UInt32, UInt32) -> Bool
  ) -> [UInt32] {
    let space: UInt32 = 0x20
    var result: [UInt32] = []
    result.reserveCapacity(count + count / 2)
    var index = 0
    while index < count {
      guard index + 1 < count, matches(self[index], self[index + 1]) else {
        result.append(self[index])
        index += 1
        continue
      }
      if before { result.append(space) }
      result.append(self[index])
      if between { result.append(space) }
      result.append(self[index + 1])
      if after { result.append(space) }
      index += 2
    }
    return result
  }

  /// The text with a space before and after each code point of a kind.
  func spacing(where matches: (UInt32) -> Bool) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(count + count / 2)
    for point in self {
      if matches(point) {
        result.append(contentsOf: [0x20, point, 0x20])
      } else {
        result.append(point)
      }
    }
    return result
  }
}
