/// Cuts text into sentences by rules: punctuation and what stands around it.
///
/// A sentence ends at `.`, `!`, `?`, `…` or what other scripts write for them, with the quotes and brackets that close behind
/// it, where a blank follows (Chinese and Japanese need none) and then something that can begin a sentence, which a small
/// letter cannot where the text has capitals. A full stop behind an abbreviation, an initial, or the number of a list or (in German) an ordinal
/// does not end it; behind abbreviations that end sentences too, it does where a word follows that begins them. Tabs and
/// separators of lines and paragraphs end a sentence. Nothing is ever cut inside a word, a number or an address, and no
/// letter is lost. Time grows with the length of the text.
package struct SentenceSplitter: Sendable {
  private let words: SentenceAbbreviations

  /// A splitter for a language, by its code; one that it does not know is split with more caution.
  package init(language: String) { words = .of(language) }

  /// The sentences of a text with the blanks around them; none in a blank text.
  package func split(_ text: String) -> SplitText {
    let scalars = Array(text.unicodeScalars)
    return SplitText(scalars, at: ranges(scalars, hasCapitals: scalars.contains { $0.properties.isUppercase }))
  }

  private func ranges(_ scalars: [Unicode.Scalar], hasCapitals: Bool) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = skipBlanks(scalars, from: 0)
    var place = start
    let close = { (end: Int) in
      if end > start { ranges.append(start..<end) }
      start = skipBlanks(scalars, from: end)
      place = start
    }
    var contentEnd = start
    while place < scalars.count {
      let scalar = scalars[place]
      if SentencePunctuation.isSeparator(scalar) {
        close(contentEnd)
        contentEnd = start
      } else if SentencePunctuation.isEnd(scalar) {
        let end = endOfRun(scalars, from: place)
        if endsSentence(scalars, start: start, mark: place, end: end, hasCapitals: hasCapitals) {
          close(end)
          contentEnd = start
        } else {
          place = end
          contentEnd = end
        }
      } else {
        place += 1
        if !SentencePunctuation.isBlank(scalar) { contentEnd = place }
      }
    }
    close(contentEnd)
    return ranges
  }

  private func skipBlanks(_ scalars: [Unicode.Scalar], from place: Int) -> Int {
    var place = place
    while place < scalars.count, SentencePunctuation.isBlank(scalars[place]) { place += 1 }
    return place
  }

  /// Behind the marks at `place`, and the quotes and brackets that close there; French ones may have a blank before them.
  private func endOfRun(_ scalars: [Unicode.Scalar], from place: Int) -> Int {
    // Behind a wide mark no blank tells an opening quote from a closing one, but these open in Chinese.
    let isWide = SentencePunctuation.isWideEnd(scalars[place])
    var end = place
    while end < scalars.count {
      let scalar = scalars[end]
      if isWide, scalar == "“" || scalar == "‘" {
        break
      } else if SentencePunctuation.isEnd(scalar) || SentencePunctuation.isCloser(scalar) || scalar == "\u{FE0F}" {
        end += 1
      } else if SentencePunctuation.isBlank(scalar), !SentencePunctuation.isSeparator(scalar), end + 1 < scalars.count,
        scalars[end + 1] == "»", end + 2 == scalars.count || SentencePunctuation.isBlank(scalars[end + 2])
      {
        end += 2
      } else {
        break
      }
    }
    return end
  }

  /// Whether the sentence from `start` ends with the marks and closers in `mark..<end`.
  private func endsSentence(_ scalars: [Unicode.Scalar], start: Int, mark: Int, end: Int, hasCapitals: Bool) -> Bool {
    let next = skipBlanks(scalars, from: end)
    guard next < scalars.count else { return false }
    if SentencePunctuation.isWideEnd(scalars[mark]) {
      // A decimal number in wide digits.
      return scalars[mark] != "．" || next > end || scalars[next].properties.numericType == nil
    }
    guard next > end, !SentencePunctuation.isContinuation(scalars[next]) else { return false }
    let first = skipOpeners(scalars, from: next)
    if hasCapitals, first < scalars.count, scalars[first].properties.isLowercase { return false }
    let isStop = scalars[mark] == "."
    if end == mark + 1, isStop {
      return endsAtStop(scalars, start: start, stop: mark, following: first, isBare: first == next)
    }
    let isTrailing = scalars[mark] == "…" || (isStop && end > mark + 1 && scalars[mark + 1] == ".")
    // "Well... I think": the pronoun is always a capital.
    if isTrailing, let pronoun = words.pronoun {
      return !word(scalars, from: first).split(whereSeparator: { "'’".contains($0) }).prefix(1).elementsEqual([
        pronoun[...]
      ])
    }
    return true
  }

  /// Whether a single full stop ends the sentence, by the word before it and the one behind.
  private func endsAtStop(
    _ scalars: [Unicode.Scalar], start: Int, stop: Int, following: Int, isBare: Bool
  ) -> Bool {
    var from = stop
    while from > start, !SentencePunctuation.isBlank(scalars[from - 1]) { from -= 1 }
    while from < stop, SentencePunctuation.isOpener(scalars[from]) { from += 1 }
    // Longer than any abbreviation.
    guard from < stop, stop - from <= 16 else { return true }
    let isFirst = skipOpeners(scalars, from: start) == from
    let word = text(scalars[from..<stop])
    let isNumberNext = following < scalars.count && scalars[following].properties.numericType != nil
    let startsAnew = isStarter(self.word(scalars, from: following))
    // What follows an elision or a hyphen counts as well: l'art.
    let tail = word.lastIndex(where: { "'’/-".contains($0) }).map { String(word[word.index(after: $0)...]) } ?? word
    for word in [word.lowercased(), tail.lowercased()] {
      if words.titles.contains(word) { return false }
      if words.beforeNumbers.contains(word), isNumberNext { return false }
      if words.others.contains(word) { return startsAnew || !isBare }
    }
    if word.unicodeScalars.allSatisfy({ $0.properties.numericType != nil }) {
      if isFirst { return false }
      return !words.hasDottedOrdinals || word.count > 2 || startsAnew || isNumberNext
    }
    let letters = word.unicodeScalars.split(whereSeparator: { $0 == "." || $0 == "-" })
    guard letters.allSatisfy({ $0.count == 1 && ($0.first?.properties.isAlphabetic ?? false) }) else { return true }
    return endsAtInitial(scalars, word, from: from, start: start, startsAnew: startsAnew, isFirst: isFirst)
  }

  /// Whether the full stop behind one letter, or letters with stops between them, ends the sentence.
  private func endsAtInitial(
    _ scalars: [Unicode.Scalar], _ word: String, from: Int, start: Int, startsAnew: Bool, isFirst: Bool
  ) -> Bool {
    if isFirst { return false }
    var before = from
    while before > start, SentencePunctuation.isBlank(scalars[before - 1]) { before -= 1 }
    let previousEnd = before
    while before > start, !SentencePunctuation.isBlank(scalars[before - 1]) { before -= 1 }
    let previous = scalars[before..<previousEnd]
    // "J. K. Rowling", "z. B. die": one letter behind another.
    if previous.count == 2, previous.last == "." { return false }
    if word == words.pronoun { return previous.first?.properties.isLowercase ?? false }
    // "solve for x. Multiply": a small letter is seldom an initial.
    if word.count == 1, word.unicodeScalars.first?.properties.isLowercase == true, words.pronoun != nil { return true }
    return startsAnew
  }

  /// Whether a word begins sentences and is no name; an elided article or pronoun does.
  private func isStarter(_ word: String) -> Bool {
    if words.starters.contains(word) { return true }
    guard let apostrophe = word.firstIndex(of: "'") else { return false }
    return words.starters.contains(String(word[...apostrophe]))
  }

  /// Behind the openers at a place: a few, so that a long row of them costs no more.
  private func skipOpeners(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
    var place = start
    while place < min(scalars.count, start + 8), SentencePunctuation.isOpener(scalars[place]) { place += 1 }
    return place
  }

  /// The word at a place, up to a blank or punctuation other than an apostrophe.
  private func word(_ scalars: [Unicode.Scalar], from place: Int) -> String {
    let longest = 24
    let word = scalars[min(place, scalars.count)...].prefix(longest).prefix {
      $0.properties.isAlphabetic || $0 == "'" || $0 == "’" || $0 == "-"
    }
    return text(word.map { $0 == "’" ? "'" : $0 }[...])
  }

  private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
