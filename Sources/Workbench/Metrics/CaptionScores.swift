/// How good captions are: BLEU, ROUGE-L and CIDEr-D equal to pycocoevalcap's on the same words, and error rates.
///
/// METEOR and SPICE are not among them: they need Java and word lists.
package struct CaptionScores: Sendable, Equatable {
  /// The figures of a corpus or of one caption. They are fractions, as pycocoevalcap prints them; papers give 100 times as much.
  package struct Figures: Sendable, Equatable {
    /// BLEU-1 … BLEU-4, 0 to 1.
    package fileprivate(set) var bleu: [Double]
    /// 0 to 1.
    package fileprivate(set) var rougeL: Double
    /// CIDEr-D, 0 to 10.
    package fileprivate(set) var cider: Double
    package fileprivate(set) var words: ErrorRate
    package fileprivate(set) var characters: ErrorRate
    /// The share of captions that are a reference word for word, 0 to 1.
    package fileprivate(set) var exact: Double
  }

  /// Of all captions together.
  package let corpus: Figures
  /// Of each caption, in order.
  package let clips: [Figures]
  /// How they were computed, but for how captions were cut into words.
  package let signature: String

  /// Measures a corpus; one without captions scores 0.
  package init(_ corpus: CaptionCorpus) {
    let (bleu, rouge, cider) = (CaptionBLEU(corpus), RougeL(corpus), Cider(corpus))
    var (words, characters) = (ErrorRate(), ErrorRate())
    let clips = corpus.clips.enumerated().map { index, clip in
      let figures = Figures(
        bleu: bleu.clips[index], rougeL: rouge.clips[index], cider: cider.clips[index],
        words: ErrorRate(clip.hypothesis, clip.references),
        characters: ErrorRate(corpus.characters(clip.hypothesis), clip.references.map(corpus.characters)),
        exact: clip.references.contains(clip.hypothesis) ? 1 : 0)
      words += figures.words
      characters += figures.characters
      return figures
    }
    func mean(_ value: (Figures) -> Double) -> Double {
      clips.isEmpty ? 0 : clips.reduce(0) { $0 + value($1) } / Double(clips.count)
    }
    self.corpus = Figures(
      bleu: bleu.corpus, rougeL: mean(\.rougeL), cider: mean(\.cider), words: words, characters: characters,
      exact: mean(\.exact))
    self.clips = clips
    let counts = corpus.referenceCounts
    let references = counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound)-\(counts.upperBound)"
    signature = "nrefs:\(references)|bleu:closest|rouge:beta\(RougeL.beta)|cider:D,df:references|errors:best"
  }
}
