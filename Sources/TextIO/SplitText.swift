/// A text as S sentences and the blanks around them: `blanks[0]`, `sentences[0]`, `blanks[1]`, … `blanks[S]` put end to end
/// are the text.
package struct SplitText: Sendable, Equatable {
  /// The sentences, without blanks around them.
  package let sentences: [String]
  /// What stands before each sentence, and behind the last. Nothing but white space.
  package let blanks: [String]

  package init(sentences: [String], blanks: [String]) {
    precondition(blanks.count == sentences.count + 1, "a sentence without its blanks")
    self.sentences = sentences
    self.blanks = blanks
  }

  /// A text of one sentence, as it is.
  package init(whole text: String) { self.init(sentences: [text], blanks: ["", ""]) }

  /// Cuts scalars at ranges that rise and leave out nothing but white space.
  init(_ scalars: [Unicode.Scalar], at ranges: [Range<Int>]) {
    let text = { (range: Range<Int>) in
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
    let starts = ranges.map(\.lowerBound) + [scalars.count]
    let ends = [0] + ranges.map(\.upperBound)
    self.init(sentences: ranges.map(text), blanks: zip(ends, starts).map { text($0..<$1) })
  }

  /// Other sentences between the same blanks.
  ///
  /// - Parameter separator: What stands between two sentences that had nothing between them, as Chinese ones do.
  package func joining(_ others: [String], separator: String = "") -> String {
    precondition(others.count == sentences.count, "there is not one for each sentence")
    var text = blanks[0]
    for (index, other) in others.enumerated() {
      text += other
      let isInner = index + 1 < others.count
      text += isInner && blanks[index + 1].isEmpty ? separator : blanks[index + 1]
    }
    return text
  }

  /// Each sentence replaced by what it is split into.
  package func splitting(_ parts: (String) -> SplitText) -> SplitText {
    var sentences: [String] = []
    var blanks = [self.blanks[0]]
    for (sentence, behind) in zip(self.sentences, self.blanks.dropFirst()) {
      let inner = parts(sentence)
      sentences += inner.sentences
      blanks[blanks.count - 1] += inner.blanks[0]
      blanks += inner.blanks.dropFirst()
      blanks[blanks.count - 1] += behind
    }
    return SplitText(sentences: sentences, blanks: blanks)
  }
}
