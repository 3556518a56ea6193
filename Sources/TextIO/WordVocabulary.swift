import Diagnostics

/// Words between whitespace. Text is NFC-normalised before it is cut; decoding joins words with one space.
package struct WordVocabulary: Vocabulary {
  private let table: PieceTable
  private let ids: [String: Int]

  package var count: Int { table.pieces.count }
  package var special: SpecialPieces { table.special }

  private init(_ table: PieceTable) {
    self.table = table
    ids = Dictionary(table.pieces.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads a vocabulary from the bytes of its file. Throws `badData`.
  init(_ bytes: [UInt8], name: String) throws { self.init(try PieceTable(bytes, kind: .word, name: name)) }

  /// The words of a text, most frequent first and then in code point order, after the four special pieces.
  ///
  /// A word needs `minimumFrequency` occurrences; `maximumSize` bounds V, special pieces included. Throws `usage` when
  /// `maximumSize` leaves no room.
  package static func build(
    from lines: some Sequence<String>, minimumFrequency: Int = 1, maximumSize: Int? = nil
  ) throws -> WordVocabulary {
    let limit = try roomForPieces(maximumSize)
    var counts: [String: Int] = [:]
    for line in lines {
      for word in words(of: normalizedNFC(line)) { counts[String(word), default: 0] += 1 }
    }
    // A word that is spelt like a special piece must not be able to end a sentence.
    for spelling in PieceTable(appending: []).pieces { counts[spelling] = nil }
    let kept = PieceTable.mostFrequent(counts, minimumFrequency: minimumFrequency, limit: limit) { $0 }
    return WordVocabulary(PieceTable(appending: kept))
  }

  package func encode(_ text: String) -> [Int] {
    Self.words(of: normalizedNFC(text)).map { word in
      guard let id = ids[String(word)], !special.isSilent(id) else { return special.unknown }
      return id
    }
  }

  package func decode(_ ids: [Int]) -> String { table.surfaces(ids).joined(separator: " ") }

  package func piece(_ id: Int) -> String { table.piece(id) }

  package var serialized: [UInt8] { table.serialized(.word) }

  /// The words that `encode` gives a number each.
  package static func words(in text: String) -> [String] { words(of: normalizedNFC(text)).map { String($0) } }

  private static func words(of text: String) -> [Substring.UnicodeScalarView] {
    text[...].unicodeScalars.split { $0.properties.isWhitespace }
  }
}

/// How many pieces fit beside the special ones. Throws `usage` when none do.
func roomForPieces(_ maximumSize: Int?) throws -> Int? {
  guard let maximumSize else { return nil }
  guard maximumSize > 4 else {
    throw UnrollError(
      .usage, "a vocabulary of at most \(maximumSize) pieces cannot hold more than the four special pieces",
      advice: "ask for a larger one")
  }
  return maximumSize - 4
}
