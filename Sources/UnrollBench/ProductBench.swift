import ArgumentParser
import TensorCore
import Workbench

/// `unroll-bench gemm`: the rate of oneDNN's float32 product under our pool, the limit that everything is held against.
struct ProductBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gemm", abstract: "Matrix products of the shapes that recurrent layers and output layers need.")

  @OptionGroup var options: BenchOptions

  func run() {
    if let threads = options.threads { Workers.request(threads: threads) }
    let shapes = [
      (1, 2048, 512), (5, 2048, 512), (32, 2048, 512), (64, 2048, 512), (320, 2048, 512), (1600, 2048, 512),
      (850, 6000, 512),
    ]
    Workers.shared.run {
      let most = Workers.shared.count
      for threads in Set([1, most]).sorted() {
        Workers.shared.use(threads: threads)
        for (m, n, k) in shapes {
          let a = Tensor(repeating: 0.5, [m, k])
          let b = Tensor(repeating: 0.25, [n, k])
          let time = medianSeconds { _ = a.matmul(b, transposeOther: true) }
          printRow(
            [
              ("case", "gemm"), ("m", .integer(m)), ("n", .integer(n)), ("k", .integer(k)),
              ("threads", .integer(threads)), ("ms", .rounded(time * 1e3, 3)),
              ("gflops", .rounded(2 * Double(m * n * k) / time / 1e9, 1)),
            ], json: options.json)
        }
      }
      Workers.shared.use(threads: most)
    }
  }
}
