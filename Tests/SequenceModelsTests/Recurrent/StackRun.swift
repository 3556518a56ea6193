import SequenceModels
import TensorCore

/// What goes into a recurrent stack: a sequence, a first state, and the gradients that arrive from above.
struct StackInput {
  /// `[T, B, I]`.
  var x: Tensor
  /// `[layers·directions, B, H]`, as PyTorch has it.
  var h0: Tensor?
  var c0: Tensor?
  var lengths: [Int]?
  /// `[T, B, directions·H]`.
  var outputGradient: Tensor
  /// `[layers·directions, B, H]`.
  var hiddenGradient: Tensor
  var cellGradient: Tensor?
}

extension RecurrentStack {
  /// Forward and back: `y`, `hn`, `cn`, and `grad.NAME` of every input and parameter, by the fixtures' names.
  func run(_ input: StackInput) -> [String: Tensor] {
    Workers.shared.run {
      let tape = Tape()
      let x = tape.watch(input.x)
      let h0 = input.h0.map { tape.watch($0) }
      let c0 = input.c0.map { tape.watch($0) }
      for (_, parameter) in parameters { parameter.gradient = nil }
      let state = h0.map { RecurrentState(hidden: perLayer($0), cell: c0.map { perLayer($0) } ?? []) }
      let (y, final) = self(x, state: state, lengths: input.lengths, on: tape)
      let hn = Tensor.concatenate(final.hidden)
      let cn = final.cell.isEmpty ? nil : Tensor.concatenate(final.cell)
      var loss = (y * input.outputGradient).sum() + (hn * input.hiddenGradient).sum()
      if let cn, let gradient = input.cellGradient { loss = loss + (cn * gradient).sum() }
      tape.backward(from: loss)
      var results = parameters.gradients
      results["y"] = y.detached
      results["hn"] = hn.detached
      results["cn"] = cn?.detached
      results["grad.x"] = tape.gradient(of: x)
      results["grad.h0"] = h0.flatMap { tape.gradient(of: $0) }
      results["grad.c0"] = c0.flatMap { tape.gradient(of: $0) }
      return results
    }
  }

  private func perLayer(_ state: Tensor) -> [Tensor] {
    state.split([Int](repeating: directions.count, count: layers.count))
  }
}

extension Tensor {
  /// Row b of a batch, of a tensor `[_, B, _]`: `[_, 1, _]`.
  func batchRow(_ row: Int) -> Tensor { detached.slice(row..<row + 1, axis: 1) }

  /// Numbers evenly spread over ±range, different for each draw from `random`.
  static func random(_ shape: [Int], _ random: inout SplitMix, range: Float = 1) -> Tensor {
    Tensor(random.floats(shape.product, in: -range...range), shape: shape)
  }
}
