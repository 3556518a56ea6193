import ArgumentParser
import SequenceModels
import TensorCore
import Workbench

/// `unroll-bench rnn`: one recurrent layer, as `rnn_speed.py` measures PyTorch's.
struct RecurrentBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rnn",
    abstract: "One recurrent layer: T 25, B 64, 512→512, forward and backward with input gradients, and forward alone.",
    discussion: """
      GRU is the form with the reset after the product, which is PyTorch's. FLOPs count the products only.

      With --reference a row with the key "reference" follows each row of one thread: the time of oneDNN's own
      primitive, its weights laid out beforehand, and how many times as fast ours is, both run in turn.
      """)

  @OptionGroup var options: BenchOptions

  @Flag(help: "Also measure oneDNN's recurrent primitive, on one thread.")
  var reference = false

  func run() throws {
    if let threads = options.threads { Workers.request(threads: threads) }
    let (steps, batch, inputs, hidden) = (25, 64, 512, 512)
    let cells: [(name: String, cell: RecurrentCell)] = [("LSTM", .lstm), ("GRU", .gruResetAfter), ("RNN", .rnn)]
    try Workers.shared.run {
      let most = Workers.shared.count
      defer { Workers.shared.use(threads: most) }
      var initializer = Initializer(seed: 1)
      let x = initializer.normal([steps, batch, inputs], deviation: 1)
      for threads in Set([1, most]).sorted() {
        Workers.shared.use(threads: threads)
        for (name, cell) in cells {
          let stack = RecurrentStack(cell: cell, inputs: inputs, hidden: hidden, layers: 1, using: &initializer)
          for training in [true, false] {
            let products = 2 * Double(steps * batch * (inputs + hidden) * cell.gates * hidden)
            func row(_ time: Double, beside ratio: Double? = nil) {
              var row: [(name: String, value: JSONValue)] = [
                ("cell", .string(name)), ("mode", .string(training ? "train" : "infer")),
                ("threads", .integer(threads)),
                ("ms", .rounded(time * 1e3, 2)),
                ("gflops", .rounded((training ? 3 : 1) * products / time / 1e9, 1)),
                ("steps_per_s", .integer(Int(Double(steps * batch) / time))),
              ]
              if let ratio { row += [("reference", .string("oneDNN")), ("ratio", .rounded(ratio, 2))] }
              printRow(row, json: options.json)
            }
            let ours = { Self.step(stack, x, training: training) }
            row(medianSeconds(ours))
            if reference && threads == 1 {
              let theirs = try Self.reference(stack, x, training: training)
              let times = try mediansInTurn([ours, theirs])
              row(times[1], beside: times[1] / times[0])
            }
          }
        }
      }
    }
  }

  private static func step(_ stack: RecurrentStack, _ x: Tensor, training: Bool) {
    guard training else {
      _ = stack(x, on: nil)
      return
    }
    let tape = Tape()
    let (output, _) = stack(tape.watch(x), on: tape)
    tape.backward(from: output.sum())
    for (_, parameter) in stack.parameters { parameter.gradient = nil }
  }

  /// The same step with oneDNN's primitive.
  private static func reference(
    _ stack: RecurrentStack, _ x: Tensor, training: Bool
  ) throws -> () throws -> Void {
    let layer = try KernelCatalogue.RecurrentReference(
      cell: stack.cell, direction: .forward, inputShape: x.shape, hidden: stack.hidden, training: training)
    let own = stack.layers[0][0]
    try layer.setWeights(
      RecurrentWeights(
        inputHidden: own.inputHidden.value, hiddenHidden: own.hiddenHidden.value, biasInput: own.biasInput.value,
        biasHidden: own.biasHidden.value))
    let zeros = Tensor(zeros: [1, x.shape[1], stack.hidden])
    let ones = Tensor(repeating: 1, [x.shape[0], x.shape[1], stack.hidden])
    return {
      _ = try layer.forward(x, initialHidden: zeros, initialCell: zeros)
      if training { _ = try layer.backward(output: ones, hidden: zeros, cell: zeros) }
    }
  }
}
