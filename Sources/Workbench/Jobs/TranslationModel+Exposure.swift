import SequenceModels
package import TextIO
import TensorCore

/// The loss of a model by position, after true units and after its own.
package struct ExposureReport: Sendable, Equatable {
  /// One position of sentences.
  package struct Position: Sendable, Equatable {
    /// Counted from 1.
    package let number: Int
    /// The sentences that are so long, their end counted.
    package let units: Int
    /// The mean of -log p of the true unit after true ones.
    package let forced: Double
    /// The same after the model's own.
    package let free: Double
  }

  /// The positions, from the first.
  package let positions: [Position]

  /// All positions together, each counting as often as there are units.
  package var all: Position {
    let units = positions.reduce(0) { $0 + $1.units }
    func mean(_ value: (Position) -> Double) -> Double {
      positions.reduce(0) { $0 + value($1) * Double($1.units) } / Double(max(units, 1))
    }
    return Position(number: positions.count, units: units, forced: mean(\.forced), free: mean(\.free))
  }
}

extension TranslationModel {
  /// How much worse the model predicts true units after its own than after true ones, by position. Pairs with an empty side are left
  /// out. Safe to call from any thread.
  package func exposure(on text: ParallelText, batchSize: Int = 64) throws -> ExposureReport {
    let data = TranslationData(text, vocabularies)
    try checkLengths(data.pairs)
    let lengths = data.pairs.map { max($0.source.count, $0.target.count) }
    let order = data.pairs.indices.filter { data.pairs[$0].source.count > 1 && !data.pairs[$0].target.isEmpty }
      .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    var (forced, free) = (PositionLosses(), PositionLosses())
    for range in cut(order.map { lengths[$0] }, sentences: batchSize, pieces: 8192) {
      let batch = TranslationBatch(
        order[range].map { data.pairs[$0] }, vocabularies.source.special, vocabularies.target.special)
      let found = Workers.shared.run {
        network.exposure(source: batch.source, input: batch.input, expected: batch.expected)
      }
      forced.add(found.forced)
      free.add(found.free)
    }
    return ExposureReport(
      positions: forced.counts.indices.map { position in
        let units = forced.counts[position]
        return .init(
          number: position + 1, units: units, forced: forced.sums[position] / Double(max(units, 1)),
          free: free.sums[position] / Double(max(units, 1)))
      })
  }
}
