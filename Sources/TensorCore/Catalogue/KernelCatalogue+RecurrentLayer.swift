import COneDNN
package import Diagnostics

extension KernelCatalogue {
  /// oneDNN's recurrent primitive for one layer in one direction: the reference of `recurrentLayer` as a whole.
  ///
  /// A layer has more sizes than rows and columns, so it is no entry of `kernels`; a test compares both, and
  /// `unroll-bench rnn --reference` times both. No model runs on it: it takes no lengths, keeps several times the
  /// memory, and is no faster. Made and used on the tensor thread, on one thread alone.
  package final class RecurrentReference {
    /// What `backward` gives back.
    package struct Gradients {
      /// Of the input, `[T, B, I]`.
      package let input: Tensor
      /// Of the initial hidden state, `[1, B, H]`.
      package let hidden: Tensor
      /// Of the initial cell state, `[1, B, H]`; LSTM only.
      package let cell: Tensor?
      /// Of the weights, each in the shape of its own.
      package let weights: RecurrentWeights
    }

    private let cell: RecurrentCell
    private let inputShape: [Int]
    private let hidden: Int
    private let layer: OpaquePointer
    /// What the last `forward` read and wrote; the primitive reads it again on the way back.
    private var kept: [Tensor] = []

    /// Makes a layer for inputs `[T, B, I]` and H = `hidden` units; only one for `training` can go back. Throws when
    /// oneDNN does not take the sizes.
    package init(
      cell: RecurrentCell, direction: ReadingDirection, inputShape: [Int], hidden: Int, training: Bool
    ) throws(UnrollError) {
      precondition(inputShape.count == 3, "a recurrent layer reads [T, B, I], not \(inputShape)")
      var made: OpaquePointer?
      let status = unroll_dnnl_recurrent_create(
        &made, cell.nameInOneDNN, direction == .backward, inputShape[0], inputShape[1], inputShape[2], hidden, training)
      guard let made else {
        throw Self.refusal("a \(cell.rawValue) layer of \(inputShape) to \(hidden)", status)
      }
      layer = made
      self.cell = cell
      self.inputShape = inputShape
      self.hidden = hidden
    }

    deinit { unroll_dnnl_recurrent_destroy(layer) }

    /// Copies weights into the layouts that the primitives want.
    package func setWeights(_ weights: RecurrentWeights) throws(UnrollError) {
      let rows = cell.gates * hidden
      precondition(
        weights.inputHidden.shape == [rows, inputShape[2]] && weights.hiddenHidden.shape == [rows, hidden],
        "\(cell) weights \(weights.inputHidden.shape), \(weights.hiddenHidden.shape)")
      try check(
        unroll_dnnl_recurrent_set_weights(
          layer, weights.inputHidden.pointer, weights.hiddenHidden.pointer, weights.biasInput.pointer,
          weights.biasHidden.pointer), "weights")
    }

    /// Runs the layer over `x` `[T, B, I]` from the states `[1, B, H]`, the second for an LSTM only.
    package func forward(
      _ x: Tensor, initialHidden: Tensor, initialCell: Tensor?
    ) throws(UnrollError) -> RecurrentResult {
      precondition(x.shape == inputShape, "a layer for \(inputShape) was given \(x.shape)")
      let output = Tensor(uninitialized: [inputShape[0], inputShape[1], hidden])
      let finalHidden = newState()
      let finalCell = cell.hasCellState ? newState() : nil
      kept = [x, initialHidden, output, finalHidden] + [initialCell, finalCell].compactMap(\.self)
      try check(
        unroll_dnnl_recurrent_forward(
          layer, x.pointer, initialHidden.pointer, initialCell?.pointer, output.base, finalHidden.base,
          finalCell?.base), "a forward pass")
      return RecurrentResult(output: output, hidden: finalHidden, cell: finalCell)
    }

    /// Goes back from the gradients of what the last `forward` gave.
    package func backward(output: Tensor, hidden: Tensor, cell: Tensor?) throws(UnrollError) -> Gradients {
      let rows = self.cell.gates * self.hidden
      let gradients = Gradients(
        input: Tensor(uninitialized: inputShape), hidden: newState(), cell: self.cell.hasCellState ? newState() : nil,
        weights: RecurrentWeights(
          inputHidden: Tensor(uninitialized: [rows, inputShape[2]]),
          hiddenHidden: Tensor(uninitialized: [rows, self.hidden]), biasInput: Tensor(uninitialized: [rows]),
          biasHidden: Tensor(uninitialized: [rows])))
      try check(
        unroll_dnnl_recurrent_backward(
          layer, output.pointer, hidden.pointer, cell?.pointer, gradients.input.base, gradients.hidden.base,
          gradients.cell?.base, gradients.weights.inputHidden.base, gradients.weights.hiddenHidden.base,
          gradients.weights.biasInput.base, gradients.weights.biasHidden.base), "a backward pass")
      return gradients
    }

    private func newState() -> Tensor { Tensor(uninitialized: [1, inputShape[1], hidden]) }

    private func check(_ status: Int32, _ what: String) throws(UnrollError) {
      if status != 0 { throw Self.refusal("\(what) of its \(cell.rawValue) layer", status) }
    }

    private static func refusal(_ what: String, _ status: Int32) -> UnrollError {
      UnrollError(.unavailable, "oneDNN \(MatrixLibrary.version) refuses \(what) (status \(status))")
    }
  }
}

extension RecurrentCell {
  fileprivate var nameInOneDNN: unroll_dnnl_cell {
    switch self {
    case .rnn: UNROLL_DNNL_RNN_TANH
    case .rnnReLU: UNROLL_DNNL_RNN_RELU
    case .lstm: UNROLL_DNNL_LSTM
    case .gru: UNROLL_DNNL_GRU
    case .gruResetAfter: UNROLL_DNNL_GRU_RESET_AFTER
    }
  }
}
