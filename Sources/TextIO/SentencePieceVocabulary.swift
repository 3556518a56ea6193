import CSentencePiece
import Diagnostics
package import Foundation

/// A SentencePiece model (Kudo and Richardson 2018), of any kind that the library reads.
///
/// Text reaches SentencePiece as it is given: the model's own normalisation rule applies, so that ids equal those of
/// SentencePiece's own tools. Special ids come from the model. Three of them may be missing in a model that was not
/// trained for sentences in and out:
/// - no pad: the end piece takes its place (lengths, not pads, say where a row ends, so that any id is safe there, and
///   decoding drops both);
/// - no begin: the end piece takes its place, as in models whose decoder starts with `</s>`;
/// - no end: such a model is refused, for nothing could stop a decoder.
package final class SentencePieceVocabulary: Vocabulary, @unchecked Sendable {
  // Safe to share: a loaded model is never changed, and SentencePiece documents its const methods as thread-safe.
  private let model: OpaquePointer
  package let serialized: [UInt8]
  package let count: Int
  package let special: SpecialPieces

  /// Loads a `.model` file. Throws `noInput` when it cannot be opened and `badData` when it is no usable model.
  package convenience init(contentsOf url: URL) throws {
    try self.init(serialized: WholeFile.read(url), name: url.relativePath)
  }

  /// Loads a model from the bytes of a `.model` file; `name` stands for the file in errors. Throws `badData`.
  package init(serialized: [UInt8], name: String) throws {
    var loaded: OpaquePointer?
    let fault = serialized.withUnsafeBytes { unroll_sp_load($0.baseAddress, $0.count, &loaded) }
    guard let loaded else {
      throw UnrollError(
        .badData, file: name, "cannot be loaded as a SentencePiece model: \(takeMessage(fault) ?? "unknown error")",
        advice: "check that the file was copied in full")
    }
    let unknown = Int(unroll_sp_unknown_id(loaded))
    let end = Int(unroll_sp_end_id(loaded))
    guard unknown >= 0, end >= 0 else {
      unroll_sp_release(loaded)
      throw UnrollError(
        .badData, file: name, "this SentencePiece model has no \(unknown < 0 ? "unknown" : "end-of-sentence") piece",
        advice: "train it with unk_id and eos_id of 0 or more")
    }
    let begin = Int(unroll_sp_begin_id(loaded))
    let pad = Int(unroll_sp_pad_id(loaded))
    self.model = loaded
    self.serialized = serialized
    self.count = Int(unroll_sp_piece_count(loaded))
    self.special = SpecialPieces(pad: pad < 0 ? end : pad, unknown: unknown, begin: begin < 0 ? end : begin, end: end)
  }

  deinit { unroll_sp_release(model) }

  package func encode(_ text: String) -> [Int] {
    var ids: [Int] = []
    let fault = withBytes(of: text) { bytes, size in
      withUnsafeMutablePointer(to: &ids) { unroll_sp_encode(model, bytes, size, appendIDs, $0) }
    }
    // Encoding fails only when memory is exhausted; the text is then as good as unknown.
    return takeMessage(fault) == nil ? ids : [special.unknown]
  }

  /// The pieces that a text is cut into; where `encode` gives the unknown id, the piece is the text itself.
  package func encodePieces(_ text: String) -> [String] {
    var pieces: [String] = []
    let fault = withBytes(of: text) { bytes, size in
      withUnsafeMutablePointer(to: &pieces) { unroll_sp_encode_pieces(model, bytes, size, appendText, $0) }
    }
    return takeMessage(fault) == nil ? pieces : [piece(special.unknown)]
  }

  package func decode(_ ids: [Int]) -> String {
    let unknown = Int32(special.unknown)
    let known = ids.lazy.filter { !self.special.isSilent($0) }.map { id in
      id >= 0 && id < self.count ? Int32(id) : unknown
    }
    var texts: [String] = []
    let fault = Array(known).withUnsafeBufferPointer { ids in
      withUnsafeMutablePointer(to: &texts) { unroll_sp_decode(model, ids.baseAddress, ids.count, appendText, $0) }
    }
    return takeMessage(fault) == nil ? texts.joined() : SpecialPieces.unknownSurface
  }

  package func piece(_ id: Int) -> String {
    var size = 0
    let wanted = id >= 0 && id < count ? id : special.unknown
    guard let bytes = unroll_sp_id_to_piece(model, Int32(wanted), &size) else { return SpecialPieces.spellings.unknown }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: size), as: UTF8.self)
  }

  /// The id of a piece, or the unknown id when the vocabulary does not have it.
  package func id(_ piece: String) -> Int {
    withBytes(of: piece) { Int(unroll_sp_piece_to_id(model, $0, $1)) }
  }

  /// The log probability (unigram) or the merge rank (bpe) of a piece; 0 for special pieces and ids out of range.
  package func score(_ id: Int) -> Float {
    id >= 0 && id < count ? unroll_sp_score(model, Int32(id)) : 0
  }

  /// One sampled segmentation for each text, for subword regularisation.
  ///
  /// Unigram models sample from the `nbestSize` best (all when negative) with smoothing `alpha` (Kudo 2018); bpe models
  /// leave out each merge with probability `alpha` (Provilkov et al. 2020). The same texts and seed give the same ids.
  /// Throws `badData` when the model cannot sample.
  package func sample(_ texts: [String], alpha: Float, nbestSize: Int, seed: UInt64) throws -> [[Int]] {
    let lines = LineFeed(texts)
    var sampled: [[Int]] = []
    sampled.reserveCapacity(texts.count)
    let fault = withExtendedLifetime(lines) {
      withUnsafeMutablePointer(to: &sampled) {
        unroll_sp_sample(
          model, Int32(clamping: nbestSize), alpha, foldSeed(seed), nextLine, lines.context,
          { context, ids, count in
            guard let context else { return }
            let values = UnsafeBufferPointer(start: ids, count: count).map(Int.init)
            context.assumingMemoryBound(to: [[Int]].self).pointee.append(values)
          }, $0)
      }
    }
    if let message = takeMessage(fault) {
      throw UnrollError(.badData, "cannot sample segmentations: \(message)", advice: "check alpha and nbest_size")
    }
    return sampled
  }
}
