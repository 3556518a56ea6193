/// How fast one kernel is at one size, and how much faster than its plain reference.
package struct KernelTiming: Sendable {
  /// The kernel's name in the catalogue.
  package let name: String
  /// The header that declares it.
  package let family: KernelFamily
  /// The size that was timed.
  package let rows: Int
  /// The size that was timed.
  package let columns: Int
  /// Median time of one call of the fast path.
  package let microseconds: Double
  /// Bytes that the call must move, by its time.
  package let gigabytesPerSecond: Double
  /// Additions and multiplications, by its time.
  package let gigaflopsPerSecond: Double
  /// Median time of the reference, by that of the fast path.
  package let ratio: Double
}

/// The third reader of the kernel catalogue.
package enum KernelBenchmark {
  /// Sizes that occur in training a translation model: half a batch, hidden units or vocabulary.
  package static func size(of family: KernelFamily) -> (rows: Int, columns: Int) {
    switch family {
    case .softmax: (64, 8000)
    case .topk: (5, 8000)
    case .attention: (25, 512)
    default: (32, 512)
    }
  }

  /// Times both forms of `kernel` on the same inputs, in turn, for at least `seconds` in all.
  package static func time(_ kernel: Kernel, rows: Int, columns: Int, seconds: Double = 0.2) -> KernelTiming {
    var random = SplitMix(seed: 1)
    let memory = KernelMemory(kernel.arrays(rows, columns, &random))
    var fast: [Duration] = []
    var reference: [Duration] = []
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while clock.now < end || fast.count < 5 {
      // Each call gets fresh inputs: a kernel that works in place would otherwise drift into denormals or infinity.
      memory.restore()
      fast.append(clock.measure { kernel.fast(memory, rows, columns) })
      memory.restore()
      reference.append(clock.measure { kernel.reference(memory, rows, columns) })
    }
    let time = median(fast)
    return KernelTiming(
      name: kernel.name, family: kernel.family, rows: rows, columns: columns, microseconds: time * 1e6,
      gigabytesPerSecond: Double(kernel.bytes(rows, columns)) / time / 1e9,
      gigaflopsPerSecond: Double(kernel.operations(rows, columns)) / time / 1e9, ratio: median(reference) / time)
  }

  private static func median(_ times: [Duration]) -> Double {
    let middle = times.sorted()[times.count / 2]
    return max(middle / .seconds(1), 1e-9)
  }
}
