import TensorCore
import Testing

@Suite("Kernels agree with their references")
struct KernelAgreementTests {
  private static let awkward = [0, 1, 7, 8, 9, 31, 64, 65]

  @Test("on awkward sizes, aligned or not", arguments: KernelCatalogue.kernels.map(\.name))
  func agrees(name: String) throws {
    let kernel = try #require(KernelCatalogue.kernels.first { $0.name == name })
    var seed: UInt64 = 1
    for columns in Self.awkward {
      for rows in [0, 1, 3, 8] {
        for offset in [0, 4, 20] {
          seed += 1
          try compare(kernel, rows: rows, columns: columns, offset: offset, seed: seed)
        }
      }
    }
  }

  private func compare(_ kernel: Kernel, rows: Int, columns: Int, offset: Int, seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let arrays = kernel.arrays(rows, columns, &random)
    let fast = KernelMemory(arrays, offset: offset)
    let reference = KernelMemory(arrays)
    kernel.fast(fast, rows, columns)
    kernel.reference(reference, rows, columns)
    #expect(fast.guardsAreIntact && reference.guardsAreIntact, "\(kernel.name) wrote outside its arrays")
    for (index, (got, wanted)) in zip(fast.contents, reference.contents).enumerated() {
      for (element, (x, y)) in zip(got.values, wanted.values).enumerated() where x != y && !(x.isNaN && y.isNaN) {
        let allowed = kernel.tolerance * (1 + abs(y))
        guard abs(x - y) <= allowed else {
          Issue.record("\(kernel.name) \(rows)×\(columns), array \(index)[\(element)]: \(x), reference \(y)")
          return
        }
      }
    }
  }
}
