import Diagnostics
package import Foundation

/// Loads a vocabulary of any kind. A file whose first line is Unroll's header is a word or char vocabulary; any other is
/// taken for a SentencePiece model, whatever its name.
///
/// Throws `noInput` when the file cannot be opened and `badData` when it is neither.
package func loadVocabulary(at url: URL) throws -> any Vocabulary {
  let bytes = try WholeFile.read(url)
  let name = url.relativePath
  guard bytes.starts(with: PieceTable.signature.utf8) else {
    return try SentencePieceVocabulary(serialized: bytes, name: name)
  }
  return try PieceTable.header(bytes, name: name).kind == .char
    ? CharacterVocabulary(bytes, name: name) : WordVocabulary(bytes, name: name)
}
