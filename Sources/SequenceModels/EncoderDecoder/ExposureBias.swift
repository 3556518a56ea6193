import TensorCore

/// The loss of a decoder at each position of its sentences.
package struct PositionLosses: Sendable, Equatable {
  /// The sum over sentences of -log p of the true piece, at each position.
  package private(set) var sums: [Double] = []
  /// The sentences that are so long.
  package private(set) var counts: [Int] = []

  package init() {}

  /// Adds what happened at a position, counted from 0.
  mutating func add(_ loss: Double, at position: Int) {
    while sums.count <= position {
      sums.append(0)
      counts.append(0)
    }
    sums[position] += loss
    counts[position] += 1
  }

  /// Adds those of other sentences.
  package mutating func add(_ other: PositionLosses) {
    let positions = 0..<max(sums.count, other.sums.count)
    (sums, counts) = (
      positions.map { (sums[at: $0] ?? 0) + (other.sums[at: $0] ?? 0) },
      positions.map { (counts[at: $0] ?? 0) + (other.counts[at: $0] ?? 0) }
    )
  }
}

extension Array {
  /// The element at a place; nil beyond the end.
  fileprivate subscript(at index: Int) -> Element? { index < count ? self[index] : nil }
}

extension EncoderDecoder {
  /// The losses of the true pieces by position, once after true pieces (teacher forcing) and once after the pieces that the decoder
  /// itself finds most probable (free running): the difference is its exposure bias (Ranzato et al., 2016).
  package func exposure(
    source: Encoder.Source, input: TokenBatch, expected: TokenBatch
  ) -> (forced: PositionLosses, free: PositionLosses) {
    let encoded = encoder(source, on: nil)
    let own = decoder.replacing(input, by: OwnInputs(share: 1), source: encoded, seed: 0)
    return (losses(encoded, input, expected), losses(encoded, own, expected))
  }

  private func losses(_ encoded: EncodedSource, _ input: TokenBatch, _ expected: TokenBatch) -> PositionLosses {
    let (prepared, state) = decoder.start(encoded, on: nil)
    let run = decoder(input.ids, steps: input.steps, source: prepared, state: state, lengths: input.lengths, on: nil)
    var losses = PositionLosses()
    // A step at a time: the logits of all are large.
    for step in 0..<input.steps {
      let logits = decoder.logits(run.features.slice(step..<step + 1), on: nil)
      let scores = logits.reshaped([input.batch, logits.columns]).logSoftmax()
      for row in 0..<input.batch where step < expected.lengths[row] {
        let label = Int(expected.ids[step * input.batch + row])
        losses.add(-Double(scores.pointer[row * scores.columns + label]), at: step)
      }
    }
    return losses
  }
}
