import ArgumentParser
import TensorCore
import Workbench

/// `unroll-bench kernels`: every C kernel beside its plain reference, on one thread.
struct KernelsBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Every loop in C beside its plain reference, on one thread.")

  @Flag(help: "Print JSON objects, one a line.") var json = false
  @Option(help: "Only kernels whose name contains this.") var name: String?

  func run() {
    for kernel in KernelCatalogue.kernels where name.map(kernel.name.contains) ?? true {
      let size = KernelBenchmark.size(of: kernel.family)
      let timing = Workers.shared.run { KernelBenchmark.time(kernel, rows: size.rows, columns: size.columns) }
      printRow(
        [
          ("case", "kernel"), ("kernel", .string(timing.name)), ("family", .string(timing.family.rawValue)),
          ("rows", .integer(timing.rows)), ("columns", .integer(timing.columns)),
          ("us", .rounded(timing.microseconds, 2)), ("gb_per_s", .rounded(timing.gigabytesPerSecond, 1)),
          ("gflops", .rounded(timing.gigaflopsPerSecond, 1)), ("times_reference", .rounded(timing.ratio, 1)),
        ], json: json)
    }
  }
}
