import SequenceModels
import TensorCore

/// The state of the forward direction between two windows of a training run, for a fixed number of rows, so that a checkpoint
/// can hold it and a resumed run goes on in the middle of a clip.
final class CarriedState {
  /// As checkpoints hold it; never trained.
  let parameters: [NamedParameter]
  private let layers: Int
  private let rows: Int

  init(_ model: LabelModelSection, rows: Int) {
    layers = model.layers
    self.rows = rows
    let kinds = model.cell.hasCellState ? ["hidden", "cell"] : ["hidden"]
    parameters = kinds.flatMap { kind in
      (0..<model.layers).map { ("carried.\(kind)_l\($0)", Parameter(Tensor(zeros: [1, rows, model.hiddenSize]))) }
    }
  }

  /// The state; setting one of fewer rows leaves the others as they are.
  var state: RecurrentState {
    get {
      let tensors = parameters.map(\.parameter.value)
      return RecurrentState(hidden: Array(tensors[..<layers]), cell: Array(tensors[layers...]))
    }
    set {
      for (parameter, tensor) in zip(parameters, newValue.hidden + newValue.cell) {
        let target = parameter.parameter.value.makeUnique()
        target.update(from: tensor.pointer, count: min(tensor.count, parameter.parameter.value.count))
      }
    }
  }
}
