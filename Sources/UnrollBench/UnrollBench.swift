import ArgumentParser
import Diagnostics

/// `unroll-bench CASE`: how fast the parts of Unroll are on this machine.
@main
struct UnrollBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unroll-bench",
    abstract: "Measures how fast the parts of Unroll are on this machine.",
    discussion: """
      Every case prints the median of several runs; with --json one JSON object a line.
      Compare on a quiet machine, and compare ratios: `make bench-peers` runs the PyTorch peers beside these.

      EXAMPLES:
        unroll-bench gemm
        unroll-bench kernels --name lstm
        unroll-bench rnn --json
        unroll-bench train --vocabulary spm.model --source train.en --target train.de
        unroll-bench decode --model models/tatoeba-en-fr --source test.en
        unroll-bench frames clip.mp4 --threads 2
        unroll-bench cnn --net resnet18
        unroll-bench caption --threads 2
      """,
    version: "unroll-bench \(unrollVersion)",
    subcommands: [
      ProductBench.self, KernelsBench.self, RecurrentBench.self, TrainBench.self, DecodeBench.self, FramesBench.self,
      ConvolutionBench.self, LabelBench.self, CaptionBench.self,
    ])
}

/// What all cases share.
struct BenchOptions: ParsableArguments {
  @Flag(help: "Print JSON objects, one a line.")
  var json = false

  @Option(help: "Threads to compute on (default: one a core).")
  var threads: Int?
}
