package import TensorCore

/// Reads a sentence: embedding, dropout, recurrent stack (many-to-one, plus a state a position for attention).
package struct TokenEncoder: SourceEncoder {
  package let embedding: EmbeddingTable
  package let rnn: RecurrentStack
  package let dropout: Float
  /// Whether the source is read from its end, which brought its start near the decoder (Sutskever et al., 2014).
  package let reversesSource: Bool

  package init(
    vocabulary: Int, embedding size: Int, rnn: RecurrentStack, dropout: Float, reversesSource: Bool,
    using initializer: inout Initializer
  ) {
    embedding = EmbeddingTable(vocabulary: vocabulary, size: size, using: &initializer)
    self.rnn = rnn
    self.dropout = dropout
    self.reversesSource = reversesSource
  }

  /// Encodes a padded batch of sentences, ids time-major `[S·B]`.
  package func callAsFunction(_ source: TokenBatch, on tape: Tape?) -> EncodedSource {
    let read = reversesSource ? source.reversed() : source
    let embedded = embedding(read.ids, steps: read.steps, on: tape)
    let masks = rnn.masks(batch: read.batch, on: tape)
    let (states, final) = rnn(
      masks == nil ? embedded.dropout(dropout) : embedded, lengths: read.lengths, masks: masks, on: tape)
    return EncodedSource(states: states, lengths: read.lengths, final: final)
  }

  package var parameters: [NamedParameter] {
    embedding.parameters.prefixed("embedding") + rnn.parameters.prefixed("rnn")
  }
}

/// Sentences of piece ids side by side, padded to the longest, time-major.
package struct TokenBatch: Sendable, Equatable {
  /// `[steps · batch]`: the id of sentence b at step t is `ids[t · batch + b]`.
  package let ids: [Int32]
  /// Pieces of each sentence.
  package let lengths: [Int]
  /// Pieces of the longest sentence.
  package let steps: Int

  /// The number of sentences.
  package var batch: Int { lengths.count }

  /// Lays out sentences; positions past the end of one hold `padding`.
  package init(_ sentences: [[Int]], padding: Int) {
    lengths = sentences.map(\.count)
    steps = lengths.max() ?? 0
    var ids = [Int32](repeating: Int32(padding), count: steps * sentences.count)
    for (column, sentence) in sentences.enumerated() {
      for (step, id) in sentence.enumerated() { ids[step * sentences.count + column] = Int32(id) }
    }
    self.ids = ids
  }

  private init(ids: [Int32], lengths: [Int], steps: Int) {
    self.ids = ids
    self.lengths = lengths
    self.steps = steps
  }

  /// Other pieces in the same places.
  func with(_ ids: [Int32]) -> TokenBatch { TokenBatch(ids: ids, lengths: lengths, steps: steps) }

  /// The same with a share of the pieces, drawn anew in each training step, replaced by `unknown` (word dropout; Bowman et al., 2016).
  /// Those in `keeping` stay; without a tape all do.
  package func dropping(_ share: Float, as unknown: Int, keeping: Set<Int>, on tape: Tape?) -> TokenBatch {
    guard share > 0, let tape else { return self }
    let kept = tape.mask([ids.count], dropping: share).values
    let left = zip(ids, kept).map { id, kept in kept > 0 || keeping.contains(Int(id)) ? id : Int32(unknown) }
    return TokenBatch(ids: left, lengths: lengths, steps: steps)
  }

  /// Each sentence turned round within its own length.
  package func reversed() -> TokenBatch {
    var turned = ids
    for (column, length) in lengths.enumerated() {
      for step in 0..<length { turned[step * batch + column] = ids[(length - 1 - step) * batch + column] }
    }
    return TokenBatch(ids: turned, lengths: lengths, steps: steps)
  }

  /// For each valid piece, time by time, its row `t · batch + b`.
  package var validRows: [Int32] { SequenceModels.validRows(lengths: lengths, steps: steps) }
}

/// The rows `t · batch + b` of a time-major sequence that lie before the end of theirs, time by time.
func validRows(lengths: [Int], steps: Int) -> [Int32] {
  let batch = lengths.count
  return (0..<steps).flatMap { step in
    lengths.indices.compactMap { lengths[$0] > step ? Int32(step * batch + $0) : nil }
  }
}
