/// The unit that a text is cut into. Recipes write these names after `level:`.
package enum SegmentationLevel: String, CaseIterable, Sendable {
  /// One Unicode scalar a piece.
  case char
  /// One whitespace-separated word a piece.
  case word
  /// SentencePiece: parts of words, learnt from text.
  case subword
}
