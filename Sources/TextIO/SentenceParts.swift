/// A sentence in parts that are short enough for a model.
package struct SentenceParts: Sendable, Equatable {
  /// The parts.
  package let split: SplitText
  /// Whether the end of a word was left out that is too long by itself.
  package let isCut: Bool

  /// The sentence as it is, if it has at most `longest` units.
  ///
  /// Otherwise it is divided into as few parts as may be, of like length. A part ends behind the best place: the end of a
  /// sentence, then `;` and `:`, then `,`, then a blank, in scripts without blanks any character; of equal ones the
  /// nearest to that length, and none before half of it. A word that is too long by itself is cut: its beginning is a part. Time grows with the length of the sentence.
  ///
  /// - Parameters:
  ///   - longest: The most units of a part, at least 1.
  ///   - units: How many units a text has. They are taken to add up, which is exact for words and near enough for pieces.
  package init(_ sentence: String, longest: Int, units: (String) -> Int) {
    guard units(sentence) > longest else {
      self.init(split: SplitText(whole: sentence), isCut: false)
      return
    }
    let scalars = Array(sentence.unicodeScalars)
    let words = Atom.all(scalars)
    let starts = words.dropFirst().map(\.range.lowerBound) + [scalars.count]
    // With the blanks behind it, which may be units too.
    let atoms = zip(words, starts).map { word, next in
      (word, units(Self.text(scalars[word.range.lowerBound..<next])))
    }
    var ranges: [Range<Int>] = []
    var isCut = false
    var first = 0
    var rest = atoms.reduce(0) { $0 + $1.1 }
    while first < atoms.count {
      let end = Self.end(atoms, from: first, rest: rest, longest: longest)
      rest -= atoms[first..<end].reduce(0) { $0 + $1.1 }
      ranges.append(atoms[first].0.range.lowerBound..<atoms[end - 1].0.range.upperBound)
      first = end
    }
    let split = SplitText(scalars, at: ranges)
    let sentences = split.sentences.map { part in
      let beginning = Self.beginning(of: part, longest: longest, units: units)
      isCut = isCut || beginning.unicodeScalars.count < part.unicodeScalars.count
      return beginning
    }
    self.init(split: SplitText(sentences: sentences, blanks: split.blanks), isCut: isCut)
  }

  private init(split: SplitText, isCut: Bool) {
    self.split = split
    self.isCut = isCut
  }

  /// Behind the last atom of the part that begins with atom `first`, where `rest` units are left.
  private static func end(_ atoms: [(atom: Atom, units: Int)], from first: Int, rest: Int, longest: Int) -> Int {
    guard rest > longest else { return atoms.count }
    // Parts of like length: a word left over by itself says little.
    let parts = (rest + longest - 1) / longest
    let wanted = Double(rest) / Double(parts)
    var sum = 0
    var best = (end: first + 1, strength: -3, distance: Double.infinity)
    for place in first..<atoms.count {
      sum += atoms[place].units
      if sum > longest { break }
      let strength = Double(sum) * 2 < wanted ? -2 : atoms[place].atom.strength
      let distance = abs(Double(sum) - wanted)
      if (-strength, distance) <= (-best.strength, best.distance) { best = (place + 1, strength, distance) }
    }
    return best.end
  }

  /// As much of the beginning of a text as has at most `longest` units, and at least one scalar.
  package static func beginning(of text: String, longest: Int, units: (String) -> Int) -> String {
    if units(text) <= longest { return text }
    // Pieces have sixteen scalars at most, and a few thousand are soon counted.
    let scalars = Array(text.unicodeScalars.prefix(longest * 16))
    var fits = 1
    var tooMany = scalars.count + 1
    while tooMany - fits > 1 {
      let middle = (fits + tooMany) / 2
      if units(Self.text(scalars[..<middle])) <= longest { fits = middle } else { tooMany = middle }
    }
    return Self.text(scalars[..<fits])
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

/// What a part never divides: a word, or a character of a script without blanks.
private struct Atom {
  /// Its scalars, without blanks.
  let range: Range<Int>
  /// How good a place for a cut is behind it.
  let strength: Int

  static func all(_ scalars: [Unicode.Scalar]) -> [Atom] {
    var atoms: [Atom] = []
    var start = 0
    for place in scalars.indices {
      let isBlank = SentencePunctuation.isBlank(scalars[place])
      let next = place + 1 < scalars.count ? scalars[place + 1] : nil
      if isBlank {
        start = place + 1
      } else if next.map({ SentencePunctuation.isBlank($0) || divides(scalars[place], $0) }) ?? true {
        atoms.append(Atom(range: start..<place + 1, strength: strength(scalars[start...place])))
        start = place + 1
      }
    }
    return atoms
  }

  private static func strength(_ word: ArraySlice<Unicode.Scalar>) -> Int {
    let closed = word.reversed().first { !SentencePunctuation.isCloser($0) }
    let strength = closed.map(SentencePunctuation.strength) ?? 0
    let isInsideUnspaced = strength == 0 && (word.last.map(SentencePunctuation.isUnspaced) ?? false)
    return isInsideUnspaced ? -1 : strength
  }

  /// Whether a cut may be between two scalars without a blank.
  private static func divides(_ before: Unicode.Scalar, _ after: Unicode.Scalar) -> Bool {
    guard SentencePunctuation.isUnspaced(before), !SentencePunctuation.isMark(after) else { return false }
    // No line of Chinese begins with what closes or goes on.
    return !SentencePunctuation.isCloser(after) && !SentencePunctuation.isContinuation(after)
      && !SentencePunctuation.isOpener(before)
  }
}
