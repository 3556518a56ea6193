import Foundation

/// How captions are cut into words before they are measured.
package enum CaptionTokenizer: String, Sendable, CaseIterable {
  /// Small letters, no punctuation, contractions cut as in the Penn Treebank: close to the Java tokenizer that pycocoevalcap calls.
  case treebank
  /// Only white space separates, for captions that are cut already.
  case none

  /// The words of a caption, in order.
  package func words(_ caption: String) -> [String] {
    switch self {
    case .treebank: return TreebankWords.of(caption)
    case .none:
      let points = PythonText.codePoints(caption, lowercase: false)
      return PythonText.words(points).map { String(points[$0]) }
    }
  }
}

/// Words in the manner of the Penn Treebank.
///
/// A word is letters, digits and marks, with one of `- ' . & / @ + _` between any two of them (`t-shirt`, `o'neil`, `a&m`), or a comma
/// or a colon between digits; a period stays behind single letters with periods between them (`u.s.`) and a few abbreviations. The endings `'s 'm 'd 're 've 'll n't` are
/// words of their own. Brackets become `-lrb-` and so on, which pycocoevalcap keeps; other punctuation is left out, and any
/// other symbol is a word.
private enum TreebankWords {
  private static let apostrophe = point("'")
  private static let period = point(".")
  private static let endings = ["s", "m", "d", "re", "ve", "ll"].map(points)
  /// Words that keep a period behind them.
  private static let abbreviations = Set(
    [
      "mr", "mrs", "ms", "dr", "st", "jr", "sr", "prof", "ave", "inc", "ltd", "co", "corp", "vs", "etc", "mt", "ft",
      "dept",
    ]
    .map(points))
  /// Words that are two.
  private static let pairs: [[UInt32]: [String]] = Dictionary(
    uniqueKeysWithValues: ["can not", "gon na", "wan na", "got ta", "gim me", "lem me"].map { pair in
      (points(pair.filter { $0 != " " }), pair.split(separator: " ").map(String.init))
    })
  private static let brackets = ["(": "-lrb-", ")": "-rrb-", "[": "-lsb-", "]": "-rsb-", "{": "-lcb-", "}": "-rcb-"]
  private static let leftOut = Set(points("'`\".?!,:;-\u{2013}\u{2014}\u{2026}\u{AB}\u{BB}"))
  /// In this order, each over the whole text: what typesetters and web pages write for plain signs.
  private static let plain = [
    ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("\u{2018}", "'"), ("\u{2019}", "'"),
    ("\u{201C}", "\""), ("\u{201D}", "\""),
  ]

  static func of(_ caption: String) -> [String] {
    var caption = caption
    for (sign, replacement) in plain { caption = caption.replacingOccurrences(of: sign, with: replacement) }
    let text = PythonText.codePoints(caption.precomposedStringWithCanonicalMapping, lowercase: true)
    var words: [String] = []
    var index = 0
    while index < text.count {
      if isWord(text[index]) || startsTag(text, at: index) {
        let end = wordEnd(text, from: index)
        words += split(Array(text[index..<end]))
        index = end
      } else if let end = lateEnding(text, at: index) {
        words.append(String(text[index..<end]))
        index = end
      } else {
        let sign = String(text[index..<index + 1])
        if let name = brackets[sign] {
          words.append(name)
        } else if !PythonText.isSpace(text[index]), !leftOut.contains(text[index]) {
          words.append(sign)
        }
        index += 1
      }
    }
    return words
  }

  /// Where the word that begins at `start` ends.
  private static func wordEnd(_ text: [UInt32], from start: Int) -> Int {
    var end = start + 1
    while end < text.count {
      if isWord(text[end]) {
        end += 1
      } else if end + 1 < text.count, isWord(text[end + 1]), joins(text, at: end) {
        end += 2
      } else {
        break
      }
    }
    guard end < text.count, text[end] == period else { return end }
    let word = text[start..<end]
    // Single letters with periods between them: the last has one too.
    let isInitials =
      word.contains(period)
      && word.split(separator: period).allSatisfy { $0.count == 1 && !$0.contains(where: isDigit) }
    return isInitials || abbreviations.contains(Array(word)) ? end + 1 : end
  }

  /// Whether `#tag` or `@name` begins here.
  private static func startsTag(_ text: [UInt32], at place: Int) -> Bool {
    guard text[place] == point("#") || text[place] == point("@"), place + 1 < text.count else { return false }
    return isWord(text[place + 1]) && !isDigit(text[place + 1])
  }

  /// Whether a sign between two characters of words holds them together.
  private static func joins(_ text: [UInt32], at place: Int) -> Bool {
    switch text[place] {
    case apostrophe, period, point("-"), point("&"), point("_"), point("/"), point("@"), point("+"): return true
    case point(","), point(":"): return isDigit(text[place - 1]) && isDigit(text[place + 1])
    default: return false
    }
  }

  /// The end of an ending such as `'s` that stands apart from its word, nil where there is none.
  private static func lateEnding(_ text: [UInt32], at place: Int) -> Int? {
    guard text[place] == apostrophe else { return nil }
    let rest = text[(place + 1)...].prefix { isWord($0) }
    return endings.contains(Array(rest)) ? rest.endIndex : nil
  }

  /// A word with its ending as a word of its own.
  private static func split(_ word: [UInt32]) -> [String] {
    if let pair = pairs[word] { return pair }
    if word.suffix(3) == points("n't")[...] {
      let stem = word.dropLast(3)
      return stem.isEmpty ? [String(word)] : [String(stem), "n't"]
    }
    for ending in endings where word.count > ending.count + 1 && word.suffix(ending.count) == ending[...] {
      let stem = word.dropLast(ending.count)
      if stem.last == apostrophe { return [String(stem.dropLast()), "'" + String(ending)] }
    }
    return [String(word)]
  }

  private static func isDigit(_ point: UInt32) -> Bool { point >= 0x30 && point <= 0x39 }

  private static func isWord(_ point: UInt32) -> Bool {
    if point < 0x80 { return isDigit(point) || (point >= 0x61 && point <= 0x7A) }
    guard let scalar = Unicode.Scalar(point) else { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }

  private static func point(_ sign: Unicode.Scalar) -> UInt32 { sign.value }

  private static func points(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
}

extension String {
  /// The text of code points; what is none becomes U+FFFD.
  fileprivate init(_ points: some Sequence<UInt32>) {
    var scalars = UnicodeScalarView()
    for point in points { scalars.append(Unicode.Scalar(point) ?? "\u{FFFD}") }
    self.init(scalars)
  }
}
