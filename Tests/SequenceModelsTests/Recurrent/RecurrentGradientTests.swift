import TensorCore
import TestSupport
import Testing

@Suite("Gradients of a recurrent layer against finite differences")
struct RecurrentGradientTests {
  private static let lengths = [2, 0, 3, 1]

  /// Every element of input, first states and all weights; both directions, unequal lengths.
  @Test("every element of every operand", arguments: RecurrentCell.allCases)
  func matches(cell: RecurrentCell) {
    let (steps, batch, inputs, hidden) = (3, 4, 2, 3)
    var random = SplitMix(seed: 3)
    var operands: [Tensor] = [.random([steps, batch, inputs], &random), .random([2, batch, hidden], &random)]
    if cell.hasCellState { operands.append(.random([2, batch, hidden], &random)) }
    let rows = cell.gates * hidden
    for _ in 0..<2 {
      operands.append(.random([rows, inputs], &random))
      operands.append(.random([rows, hidden], &random))
      operands.append(.random([rows], &random))
      operands.append(.random([rows], &random))
    }
    expectGradients(of: operands, seed: 4) { operands in
      let first = cell.hasCellState ? 3 : 2
      let weights = [first, first + 4].map {
        RecurrentWeights(
          inputHidden: operands[$0], hiddenHidden: operands[$0 + 1], biasInput: operands[$0 + 2],
          biasHidden: operands[$0 + 3])
      }
      let result = recurrentLayer(
        operands[0], cell: cell, directions: [.forward, .backward], weights: weights, initialHidden: operands[1],
        initialCell: cell.hasCellState ? operands[2] : nil, lengths: Self.lengths)
      return [result.output, result.hidden] + (result.cell.map { [$0] } ?? [])
    }
  }
}
