/// The international tokenizer of `mteval-v14.pl` as sacreBLEU defines it: Unicode punctuation stands alone except
/// between digits, symbols always do.
enum BLEUTokenizerInternational {
  private enum Kind { case number, punctuation, symbol, other }

  /// The sentence with white space around everything that is a word of its own.
  static func separated(_ sentence: [UInt32]) -> [UInt32] {
    sentence
      .spacingPairs(between: true, after: true) { kind($1) == .punctuation && kind($0) != .number }
      .spacingPairs(before: true, between: true) { kind($0) == .punctuation && kind($1) != .number }
      .spacing { kind($0) == .symbol }
  }

  private static let ascii: [Kind] = (0..<128).map { category(Unicode.Scalar(UInt8($0))) }

  private static func kind(_ point: UInt32) -> Kind {
    if point < 128 { return ascii[Int(point)] }
    return Unicode.Scalar(point).map(category) ?? .other
  }

  private static func category(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: .number
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
    default: .other
    }
  }
}
