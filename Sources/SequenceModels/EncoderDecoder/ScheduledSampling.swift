import TensorCore

/// What a decoder reads in training in place of some of the true pieces: what it wrote itself (scheduled sampling; Bengio et al.,
/// 2015).
package struct OwnInputs: Sendable, Equatable {
  /// The probability that an input is the decoder's own, drawn for each piece.
  package var share: Float
  /// Whether its own piece is drawn from its distribution; otherwise it is the most probable one.
  package var isDrawn: Bool

  package init(share: Float, isDrawn: Bool = false) {
    self.share = share
    self.isDrawn = isDrawn
  }
}

extension TokenDecoder {
  /// Target sentences in which some inputs are replaced by what the decoder writes after the inputs before them.
  ///
  /// The decoder goes step by step, without a tape and so without dropout; no gradient flows through the choice of a piece, so that
  /// the loss is taken afterwards over all steps at once, as with true inputs.
  ///
  /// - Parameters:
  ///   - input: target sentences from their begin piece on, `[T·B]`; the begin piece stays.
  ///   - own: the inputs and how they are chosen.
  ///   - source: what an encoder made.
  ///   - seed: of the draws; the same gives the same inputs.
  package func replacing(
    _ input: TokenBatch, by own: OwnInputs, source: EncodedSource, seed: UInt64
  ) -> TokenBatch {
    var generator = SplitMix(seed: seed)
    let batch = input.batch
    // Drawn for every place, whatever the decoder writes.
    let isOwn = input.ids.indices.map {
      Float.random(in: 0..<1, using: &generator) < own.share && $0 >= batch
    }
    guard let last = isOwn.lastIndex(of: true) else { return input }
    var ids = input.ids
    var (prepared, state) = start(source, on: nil)
    prepared.states = prepared.states.detached
    for step in 0..<last / batch {
      let run = self(Array(ids[step * batch..<(step + 1) * batch]), steps: 1, source: prepared, state: state, on: nil)
      state = run.state
      let places = (step + 1) * batch..<(step + 2) * batch
      guard isOwn[places].contains(true) else { continue }
      let logits = logits(run.features, on: nil).reshaped([batch, shape.vocabulary])
      let written = own.isDrawn ? drawn(logits, using: &generator) : TopCandidates(of: logits, count: 1).ids
      for (row, place) in places.enumerated() where isOwn[place] && step + 1 < input.lengths[row] {
        ids[place] = written[row]
      }
    }
    return input.with(ids)
  }

  /// A piece of each row by its probabilities.
  private func drawn(_ logits: Tensor, using generator: inout SplitMix) -> [Int32] {
    let probabilities = logits.softmax().values
    let width = logits.columns
    return (0..<logits.rows).map { row in
      var rest = Float.random(in: 0..<1, using: &generator)
      for id in 0..<width {
        rest -= probabilities[row * width + id]
        if rest < 0 { return Int32(id) }
      }
      return Int32(width - 1)
    }
  }
}

extension EncodedSource {
  /// The same as constants.
  var detached: EncodedSource {
    EncodedSource(
      states: states.detached, lengths: lengths, finalHidden: finalHidden.map(\.detached),
      finalCell: finalCell.map(\.detached))
  }
}
