import TensorCore
import Testing

@Suite struct TapeTests {
  /// Its records hold tensors that hold the tape: found as 600 MB that a test left behind.
  @Test(arguments: [true, false]) func aTapeDoesNotOutliveItsPass(isWalkedBack: Bool) {
    weak var left: Tape?
    Workers.shared.run {
      let tape = Tape()
      left = tape
      let x = tape.watch(Tensor([1, 2], shape: [2]))
      let y = (x * x).tanh()
      if isWalkedBack { tape.backward(from: y) } else { tape.forget() }
      #expect(tape.count == 0)
    }
    #expect(left == nil)
  }
}
