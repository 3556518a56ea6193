import TensorCore

/// Everything a search has kept so far, as one tree: hypotheses share the tokens that they have in common, and attention
/// stays in the steps' own tensors until a hypothesis is returned.
struct SearchHistory {
  private struct Node {
    let parent: Int
    let token: Int
    let logProbability: Float
    /// The row of the step's tensors that predicted the token.
    let row: Int
  }

  /// The place of a hypothesis without tokens.
  static let root = -1

  private var nodes: [Node] = []
  private var attention: [Tensor?] = []

  /// Opens the next step; `attention [K, B, S]` belongs to the tokens that are added from now on.
  mutating func beginStep(attention: Tensor?) { self.attention.append(attention) }

  /// Adds a token behind `parent` and returns its place.
  mutating func add(_ token: Int, logProbability: Float, row: Int, parent: Int) -> Int {
    nodes.append(Node(parent: parent, token: token, logProbability: logProbability, row: row))
    return nodes.count - 1
  }

  /// The tokens up to place `last`.
  func tokens(endingAt last: Int) -> [Int] { path(endingAt: last).map(\.token) }

  /// How much attention each of `sourceLength` positions got from the tokens up to place `last`; nil where the steps have none.
  func coverage(endingAt last: Int, sourceLength: Int) -> [Float]? {
    var sums = [Float](repeating: 0, count: sourceLength)
    for (step, node) in path(endingAt: last).enumerated() {
      guard let weights = attention[step] else { return nil }
      for (position, weight) in Self.weights(weights, row: node.row, sourceLength: sourceLength).enumerated() {
        sums[position] += weight
      }
    }
    return sums
  }

  /// The hypothesis that ends at place `last`, for a source of `sourceLength` positions.
  func hypothesis(
    endingAt last: Int, score: Float, logProbability: Float, isComplete: Bool, sourceLength: Int
  ) -> Hypothesis {
    let path = path(endingAt: last)
    let weights = path.indices.compactMap { step in
      attention[step].map { Self.weights($0, row: path[step].row, sourceLength: sourceLength) }
    }
    return Hypothesis(
      tokens: (isComplete ? path.dropLast() : path[...]).map(\.token), score: score, logProbability: logProbability,
      tokenLogProbabilities: path.map(\.logProbability), isComplete: isComplete,
      attention: weights.isEmpty ? nil : weights)
  }

  /// From the first token to the one at place `last`.
  private func path(endingAt last: Int) -> [Node] {
    var path: [Node] = []
    var place = last
    while place != Self.root {
      path.append(nodes[place])
      place = nodes[place].parent
    }
    path.reverse()
    return path
  }

  private static func weights(_ attention: Tensor, row: Int, sourceLength: Int) -> [Float] {
    let start = attention.pointer + row * attention.columns
    return Array(UnsafeBufferPointer(start: start, count: min(sourceLength, attention.columns)))
  }
}
