import Diagnostics

/// Unicode scalars, spaces among them. Text is NFC-normalised before it is cut; decoding puts the pieces end to end.
///
/// A piece is a scalar and not a grapheme: a language has a few hundred scalars and no bound on graphemes (emoji and
/// combining sequences), and what a piece is does not change with the Unicode version of the system.
package struct CharacterVocabulary: Vocabulary {
  private let table: PieceTable
  private let ids: [Unicode.Scalar: Int]

  package var count: Int { table.pieces.count }
  package var special: SpecialPieces { table.special }

  private init(_ table: PieceTable) {
    self.table = table
    // The special pieces have several scalars each, so that no text can spell them.
    var ids: [Unicode.Scalar: Int] = [:]
    for (id, piece) in table.pieces.enumerated() where piece.unicodeScalars.count == 1 {
      ids[piece.unicodeScalars[piece.startIndex]] = id
    }
    self.ids = ids
  }

  /// Reads a vocabulary from the bytes of its file. Throws `badData`.
  init(_ bytes: [UInt8], name: String) throws {
    let table = try PieceTable(bytes, kind: .char, name: name)
    let specials = [table.special.pad, table.special.unknown, table.special.begin, table.special.end]
    for (id, piece) in table.pieces.enumerated() where piece.unicodeScalars.count != 1 && !specials.contains(id) {
      throw UnrollError(
        .badData, file: name, line: id + 2, "this piece of a char vocabulary has more than one character",
        advice: "write one Unicode scalar a line")
    }
    self.init(table)
  }

  /// The scalars of a text, most frequent first and then in code point order, after the four special pieces.
  ///
  /// A scalar needs `minimumFrequency` occurrences; `maximumSize` bounds V, special pieces included. Throws `usage` when
  /// `maximumSize` leaves no room.
  package static func build(
    from lines: some Sequence<String>, minimumFrequency: Int = 1, maximumSize: Int? = nil
  ) throws -> CharacterVocabulary {
    let limit = try roomForPieces(maximumSize)
    var counts: [Unicode.Scalar: Int] = [:]
    for line in lines {
      for scalar in normalizedNFC(line).unicodeScalars { counts[scalar, default: 0] += 1 }
    }
    let kept = PieceTable.mostFrequent(counts, minimumFrequency: minimumFrequency, limit: limit) { String($0) }
    return CharacterVocabulary(PieceTable(appending: kept))
  }

  package func encode(_ text: String) -> [Int] {
    normalizedNFC(text).unicodeScalars.map { ids[$0] ?? special.unknown }
  }

  package func decode(_ ids: [Int]) -> String { table.surfaces(ids).joined() }

  package func piece(_ id: Int) -> String { table.piece(id) }

  package var serialized: [UInt8] { table.serialized(.char) }
}
