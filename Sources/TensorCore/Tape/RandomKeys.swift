/// Keys of the counter-based generator (Philox 4x32-10; Salmon et al., 2011): a seed, a stream, and a counter of
/// draws, so that every mask of a run is a pure function of where it was drawn.
package struct RandomKeys: Sendable, Equatable {
  /// From the recipe.
  package let seed: UInt64
  /// What the draws belong to, such as the training step.
  package let stream: UInt64
  /// How many draws were handed out.
  package private(set) var draws: UInt64 = 0

  /// Starts a stream of keys.
  package init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The key of the next draw; no two draws of a stream share one.
  package mutating func next() -> UInt64 {
    defer { draws += 1 }
    return stream &* 0x1_0000 &+ draws
  }
}
