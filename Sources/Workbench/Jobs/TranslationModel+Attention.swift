import Diagnostics
import SequenceModels
import TextIO

/// Where a model looked in a sentence while it wrote the best translation.
package struct TranslationAttention: Sendable {
  package let source: String
  package let translation: String
  /// The S pieces that were read, the end piece last.
  package let sourcePieces: [ShownPiece]
  /// The T pieces that were written, the end piece last where the translation is complete.
  package let targetPieces: [ShownPiece]
  /// How much of its attention each written piece gave each read one, `[T][S]`; every row sums to 1.
  package let weights: [[Float]]

  package init(
    source: String, translation: String, sourcePieces: [ShownPiece], targetPieces: [ShownPiece], weights: [[Float]]
  ) {
    self.source = source
    self.translation = translation
    self.sourcePieces = sourcePieces
    self.targetPieces = targetPieces
    self.weights = weights
  }
}

extension TranslationModel {
  /// Pieces of a sentence that is shown: a map has a cell for each pair of pieces.
  private static let mostPieces = 1000

  /// Translates a sentence and says where the model looked at each piece. Safe to call from any thread.
  ///
  /// - Parameters:
  ///   - search: How the translation is looked for.
  ///   - name: What stands for the model in errors.
  /// - Throws: `UnrollError` of kind `usage` for a model without attention, and for a sentence without pieces or with too many.
  package func attention(
    _ sentence: String, search: SearchSection, name: String
  ) throws -> TranslationAttention {
    guard network.decoder.attention != nil else {
      throw noAttention(in: name, "the whole sentence reaches it in one state")
    }
    var options = SearchOptions(search, target: vocabularies.target.special)
    options.nBest = 1
    // What models learnt from was composed, too.
    let sentence = normalizedNFC(sentence)
    let read = vocabularies.source.encode(sentence).map(vocabularies.source.piece)
    guard read.count <= Self.mostPieces else {
      throw UnrollError(
        .usage, "the sentence has \(read.count) pieces", advice: "show one of at most \(Self.mostPieces)")
    }
    let best = try translate([sentence], options: options, keepsAttention: true)[0].first
    guard let best, let weights = best.attention else {
      throw UnrollError(.usage, "the sentence is empty", advice: "give a sentence with --source")
    }
    return TranslationAttention(
      source: sentence, translation: best.text,
      sourcePieces: ShownPiece.pieces(read, of: vocabularies.source) + [.end],
      targetPieces: ShownPiece.pieces(best.pieces, of: vocabularies.target) + (best.isComplete ? [.end] : []),
      weights: weights)
  }
}

/// The error for a model that looks nowhere in particular.
func noAttention(in model: String, _ why: String) -> UnrollError {
  UnrollError(
    .usage, file: model, "the model has no attention: \(why)", advice: "name a model whose attention is not none")
}
