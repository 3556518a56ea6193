/// What a scalar means for the borders of sentences (Unicode's UAX 29, properties STerm and Close, as far as it matters here).
enum SentencePunctuation {
  /// White space: Unicode's property.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80 ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
  }

  /// What separates cells, lines or paragraphs, so that no sentence goes on behind it.
  static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\r", "\n", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  /// What may end a sentence.
  static func isEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ".", "!", "?", "…", "‥", "‼", "⁇", "⁈", "⁉", "‽": true
    // Arabic, Syriac, Devanagari and its relatives, Armenian, Ethiopic, Burmese, Khmer, Mongolian.
    case "\u{061F}", "\u{06D4}", "\u{0700}", "\u{0964}", "\u{0965}", "\u{0589}", "\u{1362}", "\u{1367}", "\u{104B}",
      "\u{17D4}", "\u{17D5}", "\u{1803}", "\u{1809}":
      true
    default: isWideEnd(scalar)
    }
  }

  /// Chinese and Japanese ends, behind which no blank need stand.
  static func isWideEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "。", "！", "？", "｡", "．": true
    default: false
    }
  }

  /// Quotes and brackets that may follow the end of a sentence and belong to it. Which quotes close differs between
  /// languages, so that all do where no blank stands before them.
  static func isCloser(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "'", "’", "”", "“", "‘", "»", "«", "›", "‹", ")", "]", "}", "」", "』", "）", "】", "］", "》", "〉", "〕", "｣":
      true
    default: false
    }
  }

  /// Quotes, brackets, dashes, bullets and turned marks that may stand before the first word of a sentence.
  static func isOpener(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "'", "’", "”", "“", "‘", "„", "‚", "»", "«", "›", "‹", "(", "[", "{", "「", "『", "（", "【", "［", "《", "〈",
      "¿", "¡", "—", "–", "―", "-", "•", "*", "_", "#":
      true
    default: false
    }
  }

  /// What cannot begin a sentence.
  static func isContinuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ",", ";", ":", ")", "]", "}", "/", "%", "、", "，", "；", "：", "\u{060C}", "\u{061B}": true
    default: isEnd(scalar)
    }
  }

  /// How good a place for a cut is behind this scalar: 3 behind a sentence, 2 and 1 behind a clause, 0 elsewhere.
  static func strength(_ scalar: Unicode.Scalar) -> Int {
    switch scalar {
    case ";", ":", "—", "–", "；", "：", "\u{061B}", "\u{1361}", "\u{1364}": 2
    case ",", "，", "、", "､", "\u{060C}", "\u{1363}", "\u{104A}", "\u{055D}": 1
    default: isEnd(scalar) ? 3 : 0
    }
  }

  /// Whether words of its script stand without blanks between them.
  static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Thai, Lao, Tibetan; Burmese; Khmer; Chinese and Japanese.
    case 0x0E00...0x0FFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0x31FF, 0x3400...0x9FFF, 0xF900...0xFAFF,
      0xFF00...0xFF9F, 0x20000...0x3FFFF:
      true
    default: false
    }
  }

  /// Whether it belongs to the scalar before it.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return scalar == "\u{200D}"
    }
  }
}
