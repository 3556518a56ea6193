package import TextIO

/// A piece of a sentence as people read it: without the signs by which vocabularies mark spaces and ends.
package struct ShownPiece: Sendable, Equatable {
  /// The text, not empty.
  package let text: String
  /// Whether a word begins here.
  package let beginsWord: Bool
  /// Whether it stands for the end of the sentence instead of text.
  package let isEnd: Bool

  /// A piece of text.
  package init(_ text: String, beginsWord: Bool = true) {
    self.text = text
    self.beginsWord = beginsWord
    isEnd = false
  }

  private init(end: String) {
    text = end
    beginsWord = true
    isEnd = true
  }

  /// The end of a sentence.
  package static let end = ShownPiece(end: "end")

  /// The pieces of a sentence without its begin and its end.
  ///
  /// - Parameter vocabulary: What the sentence was cut by.
  package static func pieces(_ pieces: [String], of vocabulary: any Vocabulary) -> [ShownPiece] {
    let (space, sign): (Character, String) = ("\u{2581}", "\u{2423}")
    let unknown = vocabulary.piece(vocabulary.special.unknown)
    var beginsWord = true
    return pieces.map { piece in
      var text = piece == unknown ? SpecialPieces.unknownSurface : piece
      if vocabulary is SentencePieceVocabulary {
        beginsWord = beginsWord || text.first == space
        if text.first == space { text.removeFirst() }
        // A space that is a piece by itself belongs to the word behind it.
        defer { beginsWord = text.isEmpty }
        return ShownPiece(text.isEmpty ? sign : text, beginsWord: beginsWord)
      }
      if vocabulary is CharacterVocabulary {
        let isSpace = text.allSatisfy(\.isWhitespace)
        defer { beginsWord = isSpace }
        return ShownPiece(isSpace ? sign : text, beginsWord: beginsWord || isSpace)
      }
      return ShownPiece(text)
    }
  }
}
