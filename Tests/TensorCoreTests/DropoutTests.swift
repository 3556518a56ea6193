import TensorCore
import TestSupport
import Testing

@Suite struct DropoutTests {
  @Test func aTensorWithoutATapePassesAsItIs() {
    let x = randomTensor([3, 7], seed: 1)
    #expect(x.dropout(0.5).values == x.values)
    #expect(Tape().watch(x).dropout(0).values == x.values)
  }

  /// p of the elements become zero and the others grow, so that the mean stays: within five deviations.
  @Test(arguments: [Float(0.1), 0.3, 0.8]) func dropsTheRightShareAndKeepsTheMean(_ p: Float) {
    Workers.shared.run {
      let count = 100_000
      let values = Tape(seed: 9).watch(Tensor(repeating: 1, [count])).dropout(p).values
      let zeros = Float(values.filter { $0 == 0 }.count)
      #expect(abs(zeros / Float(count) - p) < 5 * (p * (1 - p) / Float(count)).squareRoot())
      #expect(values.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - p)) < 1e-6 })
    }
  }

  @Test func theSameSeedStreamAndPlaceGiveTheSameMask() {
    Workers.shared.run {
      func masks(seed: UInt64, stream: UInt64) -> [[Float]] {
        let x = Tape(seed: seed, stream: stream).watch(Tensor(repeating: 1, [64]))
        return [x.dropout(0.5).values, x.dropout(0.5).values]
      }
      let first = masks(seed: 1, stream: 1)
      #expect(first == masks(seed: 1, stream: 1))
      #expect(first[0] != first[1])
      #expect(first[0] != masks(seed: 2, stream: 1)[0])
      #expect(first[0] != masks(seed: 1, stream: 2)[0])
    }
  }

  /// An element's fate depends on its place alone, not on the thread that decides it.
  @Test func theMaskDoesNotDependOnTheSplit() {
    Workers.shared.run {
      func mask(_ count: Int) -> [Float] { Tape(seed: 3).watch(Tensor(repeating: 1, [count])).dropout(0.5).values }
      let (small, large) = (mask(16_000), mask(64_000))
      #expect(Array(large[..<16_000]) == small)
      #expect(large[..<32_000] != large[32_000...])
    }
  }

  /// The way back uses the mask of the way forth, also over several threads.
  @Test(arguments: [33, 100_000]) func theGradientPassesWhereTheValueDid(_ count: Int) {
    Workers.shared.run {
      let tape = Tape(seed: 4)
      let x = tape.watch(Tensor(repeating: 1, [count]))
      let output = x.dropout(0.25)
      tape.backward(from: output)
      #expect(tape.gradient(of: x)?.values == output.values)
    }
  }
}
