/// The matrices of one direction of one recurrent layer in 8 bits.
package struct Int8RecurrentWeights: Sendable {
  let inputHidden: Int8Matrix
  /// The recurrent part of the gates that are computed together: all of them, or those of a GRU in front of the candidate.
  let gates: Int8Matrix
  /// Of a GRU: the recurrent part of the candidate.
  let candidate: Int8Matrix?

  /// Rounds the matrices of a `cell`.
  package init(_ weights: RecurrentWeights, cell: RecurrentCell) {
    let recurrent = weights.hiddenHidden
    let hidden = recurrent.shape[1]
    inputHidden = Int8Matrix(weights.inputHidden)
    if cell.gates == 3 {
      gates = Int8Matrix(recurrent.slice(0..<2 * hidden, axis: 0))
      candidate = Int8Matrix(recurrent.slice(2 * hidden..<3 * hidden, axis: 0))
    } else {
      gates = Int8Matrix(recurrent)
      candidate = nil
    }
  }
}
