import TensorCore
import Testing

@Suite("Kernel benchmark")
struct KernelBenchmarkTests {
  /// Numbers that can be trusted on a busy machine only to be numbers; speed itself is the benchmark's to report.
  @Test func everyFamilyIsTimed() throws {
    for family in KernelFamily.allCases {
      let kernel = try #require(KernelCatalogue.kernels.first { $0.family == family }, "\(family) has no kernel")
      let timing = KernelBenchmark.time(kernel, rows: 4, columns: 33, seconds: 0)
      #expect(timing.microseconds > 0 && timing.gigabytesPerSecond > 0 && timing.ratio > 0)
    }
  }

  @Test func namesAreUnique() {
    let names = KernelCatalogue.kernels.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
