import Foundation
import TensorCore
import Workbench

/// What this machine can do at most, measured in the same run as what is held against it.
struct MachineLimits {
  /// oneDNN's sgemm of 1600×2048×512 on all threads, in GFLOP/s.
  let product: Double
  /// The sum of two tensors into a third that no cache holds, in GB/s.
  let memory: Double

  init() {
    let (rows, columns, depth) = (1600, 2048, 512)
    let (a, b) = (Tensor(repeating: 0.5, [rows, depth]), Tensor(repeating: 0.25, [columns, depth]))
    product = 2 * Double(rows * columns * depth) / medianSeconds { _ = a.matmul(b, transposeOther: true) } / 1e9
    let x = Tensor(repeating: 0.5, [1 << 24])
    memory = 3 * Double(x.count * MemoryLayout<Float>.stride) / medianSeconds { _ = x + x } / 1e9
  }
}

/// A profile of training steps as a table: a row for each kind of operation, the longest first.
struct ProfileTable {
  let profile: Profile
  let steps: Int
  let limits: MachineLimits

  func print(json: Bool) {
    let rows = profile.work.sorted { ($1.value.time, $0.key) < ($0.value.time, $1.key) }
    let total = rows.reduce(Profile.Work()) { $0 + $1.value }
    if json {
      for (name, work) in rows { printRow(cells(name, work, of: total), json: true) }
      printRow(cells("all", total, of: total), json: true)
      return
    }
    let named = rows.map { ($0.key, $0.value) } + [("all", total)]
    write(
      "operation                    a step    ms a step   share   in products   GFLOP/s  of limit      GB/s  of limit")
    for (name, work) in named { write(line(name, work, of: total)) }
    write(
      String(
        format: "Limits, measured just now: sgemm 1600x2048x512 %.1f GFLOP/s, sum of two large tensors %.1f GB/s.",
        limits.product, limits.memory))
    // Almost nothing of it is padding: only valid positions reach recurrent layers, keys and the output layer.
    write(
      String(
        format: "Whole steps: %.1f GFLOP/s of matrix products, %.0f %% of the limit.", rate(total.flops, total.time),
        100 * rate(total.flops, total.time) / limits.product))
  }

  private func cells(_ name: String, _ work: Profile.Work, of total: Profile.Work) -> [(name: String, value: JSONValue)]
  {
    [
      ("operation", .string(name)), ("calls_per_step", .rounded(Double(work.calls) / Double(steps), 2)),
      ("ms_per_step", .rounded(milliseconds(work.time), 4)), ("share", .rounded(work.time / total.time, 4)),
      ("product_ms_per_step", .rounded(milliseconds(work.productTime), 4)),
      ("product_gflops", .rounded(rate(work.flops, work.productTime), 1)),
      ("product_share_of_limit", .rounded(rate(work.flops, work.productTime) / limits.product, 3)),
      ("whole_gflops", .rounded(rate(work.flops, work.time), 1)),
      ("whole_share_of_limit", .rounded(rate(work.flops, work.time) / limits.product, 3)),
      ("gb_per_s", .rounded(rate(work.bytes, work.time - work.productTime), 1)),
      ("share_of_memory_limit", .rounded(rate(work.bytes, work.time - work.productTime) / limits.memory, 3)),
    ]
  }

  private func line(_ name: String, _ work: Profile.Work, of total: Profile.Work) -> String {
    let products = rate(work.flops, work.productTime)
    let moved = rate(work.bytes, work.time - work.productTime)
    let start = String(
      format: "%8.1f %12.3f %6.1f %%", Double(work.calls) / Double(steps), milliseconds(work.time),
      100 * (work.time / total.time))
    let multiplied =
      work.flops == 0
      ? String(repeating: " ", count: 34)
      : String(
        format: "%14.3f %9.1f %7.0f %%", milliseconds(work.productTime), products, 100 * products / limits.product)
    // Of operations with products the rest is not told apart: what moves is in their caches.
    let rest =
      work.flops != 0 || work.bytes == 0 ? "" : String(format: "%10.1f %7.0f %%", moved, 100 * moved / limits.memory)
    return name.padding(toLength: 27, withPad: " ", startingAt: 0) + start + multiplied + rest
  }

  private func milliseconds(_ time: Duration) -> Double { time / .milliseconds(1) / Double(steps) }

  /// Billions a second.
  private func rate(_ count: Int, _ time: Duration) -> Double {
    time > .zero ? Double(count) / (time / .seconds(1)) / 1e9 : 0
  }

  private func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

extension Profile.Work {
  /// Both together.
  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.add(time: b.time, products: b.productTime, flops: b.flops, bytes: b.bytes, calls: b.calls)
    return sum
  }
}
