/// A set of V numbered pieces and the two ways between text and ids.
///
/// Ids are 0 up to (not including) `count`. A conformer never changes once made, so any number of threads may use it.
package protocol Vocabulary: Sendable {
  /// V, the number of pieces, special pieces included.
  var count: Int { get }

  /// The ids of the special pieces in this vocabulary; toolkits number them differently, so nothing else may assume them.
  var special: SpecialPieces { get }

  /// The ids of a text, without begin and end. A part of the text that is in no piece becomes `special.unknown`.
  func encode(_ text: String) -> [Int]

  /// The text of ids. Pad, begin and end are dropped; an unknown piece, and an id out of range, shows as `⁇`.
  func decode(_ ids: [Int]) -> String

  /// The text of one piece as the vocabulary stores it; the unknown piece for an id out of range.
  func piece(_ id: Int) -> String

  /// The vocabulary as a file, in the form that `loadVocabulary(at:)` reads.
  var serialized: [UInt8] { get }
}

/// The ids of the pieces that stand for no text.
package struct SpecialPieces: Sendable, Equatable {
  /// Fills the places after the end of a short row.
  package let pad: Int
  /// Stands for text that the vocabulary cannot spell.
  package let unknown: Int
  /// Starts a sentence.
  package let begin: Int
  /// Ends a sentence.
  package let end: Int

  package init(pad: Int, unknown: Int, begin: Int, end: Int) {
    self.pad = pad
    self.unknown = unknown
    self.begin = begin
    self.end = end
  }

  /// How the special pieces are spelt in the vocabularies that Unroll builds, in the order of their ids there.
  package static let spellings = (unknown: "<unk>", pad: "<pad>", begin: "<s>", end: "</s>")

  /// What an unknown piece looks like in decoded text (SentencePiece's own choice).
  package static let unknownSurface = "⁇"

  /// Whether an id is one that decoding drops.
  func isSilent(_ id: Int) -> Bool { id == pad || id == begin || id == end }
}
