import TensorCore
import Testing

@Suite("The best entries of rows of logits")
struct TopCandidatesTests {
  @Test("come best first, with the log-probabilities of the softmax")
  func logProbabilities() throws {
    // e^x are 1, 2, 4 and 1: the sum is 8.
    let logits = Tensor([0, 0.693_147_2, 1.386_294_4, 0], shape: [1, 4])
    let best = TopCandidates(of: logits, count: 3)
    let places = try #require(best.places(ofRow: 0))
    #expect(best.ids[places] == [2, 1, 0])
    for (got, wanted) in zip(best.logProbabilities[places], [Float(-0.693_147_2), -1.386_294_4, -2.079_441_5]) {
      #expect(abs(got - wanted) < 1e-6)
    }
  }

  @Test("equals go by id, across blocks of the kernel too")
  func ties() throws {
    var values = [Float](repeating: -1, count: 1000)
    for id in [3, 300, 301, 517, 999] { values[id] = 2 }
    values[640] = 3
    let best = TopCandidates(of: Tensor(values, shape: [1, 1000]), count: 6)
    let places = try #require(best.places(ofRow: 0))
    #expect(best.ids[places] == [640, 3, 300, 301, 517, 999])
    #expect(best.logProbabilities[places].dropFirst().allSatisfy { $0 == best.logProbabilities[1] })
  }

  @Test("a row may have fewer than were asked for")
  func fewer() {
    let logits = Tensor([-.infinity, 1, -.infinity, 0, 1, 2], shape: [2, 3])
    let best = TopCandidates(of: logits, count: 7)
    #expect(best.width == 3)
    #expect(best.places(ofRow: 0) == 0..<1)
    #expect(best.ids[0] == 1)
    #expect(best.logProbabilities[0] == 0)
    #expect(best.places(ofRow: 1) == 3..<6)
  }

  @Test("a row without a softmax is reported", arguments: [Float.nan, -.nan, .infinity, -.infinity])
  func notFinite(value: Float) {
    var values = [Float](repeating: value == -.infinity ? value : 0.5, count: 3 * 700)
    values[700 + 650] = value
    for index in Array(0..<700) + Array(1400..<2100) { values[index] = Float(index % 7) }
    let best = TopCandidates(of: Tensor(values, shape: [3, 700]), count: 2)
    #expect(best.places(ofRow: 1) == nil)
    #expect(best.places(ofRow: 0) == 0..<2)
    #expect(best.places(ofRow: 2) == 4..<6)
  }

  @Test("rows wider than a block of the kernel agree with the reference", arguments: [255, 256, 257, 271, 1000, 5003])
  func wide(columns: Int) {
    for kernel in KernelCatalogue.kernels where kernel.family == .topk {
      var random = SplitMix(seed: UInt64(columns))
      let arrays = kernel.arrays(5, columns, &random)
      let (fast, reference) = (KernelMemory(arrays, offset: 4), KernelMemory(arrays))
      kernel.fast(fast, 5, columns)
      kernel.reference(reference, 5, columns)
      #expect(fast.guardsAreIntact)
      #expect(fast.contents[1] == reference.contents[1], "\(kernel.name): ids")
      #expect(fast.contents[3] == reference.contents[3], "\(kernel.name): counts")
      for (x, y) in zip(fast.contents[2].values, reference.contents[2].values) where x != y {
        #expect(abs(x - y) <= kernel.tolerance * (1 + abs(y)), "\(kernel.name): \(x), reference \(y)")
      }
    }
  }

  @Test("rows are the same on one thread and on all, and very unlike magnitudes do no harm")
  func threads() {
    var random = SplitMix(seed: 11)
    var values = random.floats(37 * 3001, in: -30...30)
    for index in stride(from: 0, to: values.count, by: 3001) { values[index + 2900] = 80 }
    let logits = Tensor(values, shape: [37, 3001])
    let alone = TopCandidates(of: logits, count: 9)
    let together = Workers.shared.run { TopCandidates(of: logits, count: 9) }
    #expect(alone.ids == together.ids)
    #expect(alone.logProbabilities == together.logProbabilities)
    for row in 0..<37 {
      let line = values[row * 3001..<(row + 1) * 3001]
      #expect(Int(alone.ids[row * 9]) == line.firstIndex(of: 80).map { $0 - line.startIndex })
      #expect(abs(alone.logProbabilities[row * 9]) < 1e-6)
    }
  }

  @Test("nothing in, nothing out")
  func empty() {
    #expect(TopCandidates(of: Tensor(zeros: [0, 5]), count: 3).ids.isEmpty)
    #expect(TopCandidates(of: Tensor(zeros: [2, 5]), count: 0).places(ofRow: 1) == 0..<0)
  }
}
