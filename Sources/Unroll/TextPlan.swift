import TextIO
import Workbench

/// A text on its way through a model: what of it is translated, and how the translations are put together.
struct TextPlan {
  /// What goes to the model; no sentence at all for a blank text.
  let split: SplitText
  /// Sentences that were divided since they are too long.
  let dividedSentences: Int
  /// Whether something was left out.
  let isSourceCut: Bool

  /// Cuts a text into sentences, and these into parts of at most `longest` units.
  init(_ text: String, _ splitter: SentenceSplitter, longest: Int, units: (String) -> Int) {
    var divided = 0
    var isCut = false
    split = splitter.split(text).splitting { sentence in
      let parts = SentenceParts(sentence, longest: longest, units: units)
      if parts.split.sentences.count > 1 { divided += 1 }
      isCut = isCut || parts.isCut
      return parts.split
    }
    dividedSentences = divided
    isSourceCut = isCut
  }

  /// Takes a text as one sentence, of which no more than `longest` units are translated.
  init(whole text: String, longest: Int, units: (String) -> Int) {
    let beginning = SentenceParts.beginning(of: text, longest: longest, units: units)
    split = SplitText(whole: beginning)
    dividedSentences = 0
    isSourceCut = beginning.utf8.count < text.utf8.count
  }

  /// A text without anything to translate.
  static let blank = TextPlan(split: SplitText(sentences: [], blanks: [""]), dividedSentences: 0, isSourceCut: false)

  private init(split: SplitText, dividedSentences: Int, isSourceCut: Bool) {
    self.split = split
    self.dividedSentences = dividedSentences
    self.isSourceCut = isSourceCut
  }

  /// What the text became.
  ///
  /// - Parameters:
  ///   - found: The candidates of each sentence.
  ///   - options: What they were looked for with.
  ///   - separator: What stands between sentences that had nothing between them.
  ///   - pieces: The units of a sentence that attention is over.
  func translation(
    _ found: [[TextCandidate]], _ options: TranslationOptions, separator: String, pieces: (String) -> [String]
  ) -> Translation {
    guard found.count > 1 else {
      let candidates = (found.first ?? [.empty]).map { candidate in
        SentenceCandidate(
          candidate, text: found.isEmpty ? "" : split.joining([candidate.text]), isWhole: !isSourceCut)
      }
      return Translation(
        candidates: candidates, sourcePieces: split.sentences.first.map(pieces) ?? [], sentences: [],
        dividedSentences: dividedSentences, isSourceCut: isSourceCut)
    }
    let sentences = zip(split.sentences, found).map { source, candidates in
      TranslatedSentence(
        source: source, candidates: candidates.map { SentenceCandidate($0) },
        sourcePieces: pieces(source))
    }
    let candidates = Self.combinations(sentences.map(\.candidates), options).map { choice in
      let chosen = zip(sentences, choice).map { $0.candidates[$1] }
      return SentenceCandidate(
        chosen, text: split.joining(chosen.map(\.text), separator: separator), isWhole: !isSourceCut)
    }
    return Translation(
      candidates: candidates, sourcePieces: [], sentences: sentences, dividedSentences: dividedSentences,
      isSourceCut: isSourceCut)
  }

  /// Which candidate of each sentence makes each candidate of the text.
  private static func combinations(
    _ candidates: [[SentenceCandidate]], _ options: TranslationOptions
  ) -> [[Int]] {
    if options.alternatives != nil {
      return candidates[0].indices.map { [$0] + [Int](repeating: 0, count: candidates.count - 1) }
    }
    let count = candidates.reduce(1) { max($0, $1.count) }
    if options.search.sampling != nil {
      return (0..<count).map { number in candidates.map { min(number, $0.count - 1) } }
    }
    return bestCombinations(candidates.map { $0.map(\.score) }, count: options.search.nBest ?? count)
  }
}
