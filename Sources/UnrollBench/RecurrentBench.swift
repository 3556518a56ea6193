import ArgumentParser
import SequenceModels
import TensorCore
import Workbench

/// `unroll-bench rnn`: one recurrent layer, as `rnn_speed.py` measures PyTorch's.
struct RecurrentBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rnn",
    abstract: "One recurrent layer: T 25, B 64, 512→512, forward and backward with input gradients, and forward alone.",
    discussion: "GRU is the form with the reset after the product, which is PyTorch's. FLOPs count the products only.")

  @OptionGroup var options: BenchOptions

  func run() {
    if let threads = options.threads { Workers.request(threads: threads) }
    let (steps, batch, inputs, hidden) = (25, 64, 512, 512)
    let cells: [(name: String, cell: RecurrentCell)] = [("LSTM", .lstm), ("GRU", .gruResetAfter), ("RNN", .rnn)]
    Workers.shared.run {
      let most = Workers.shared.count
      var initializer = Initializer(seed: 1)
      let x = initializer.normal([steps, batch, inputs], deviation: 1)
      for threads in Set([1, most]).sorted() {
        Workers.shared.use(threads: threads)
        for (name, cell) in cells {
          let stack = RecurrentStack(cell: cell, inputs: inputs, hidden: hidden, layers: 1, using: &initializer)
          let forward = 2 * Double(steps * batch * (inputs + hidden) * cell.gates * hidden)
          func row(_ mode: String, _ flops: Double, _ time: Double) {
            printRow(
              [
                ("cell", .string(name)), ("mode", .string(mode)), ("threads", .integer(threads)),
                ("ms", .rounded(time * 1e3, 2)), ("gflops", .rounded(flops / time / 1e9, 1)),
                ("steps_per_s", .integer(Int(Double(steps * batch) / time))),
              ], json: options.json)
          }
          row(
            "train", 3 * forward,
            medianSeconds {
              let tape = Tape()
              let (output, _) = stack(tape.watch(x), on: tape)
              tape.backward(from: output.sum())
              for (_, parameter) in stack.parameters { parameter.gradient = nil }
            })
          row("infer", forward, medianSeconds { _ = stack(x, on: nil) })
        }
      }
      Workers.shared.use(threads: most)
    }
  }
}
