import TensorCore
import TestSupport
import Testing

/// A profile says what was done, and leaves no time out.
@Suite struct ProfileTests {
  private func step() {
    let weight = Parameter(randomTensor([64, 128], seed: 1))
    let tape = Tape()
    let hidden = randomTensor([320, 64], seed: 2).matmul(weight.on(tape)).tanh()
    tape.backward(from: hidden.sum())
  }

  @Test func operationsAreCountedBothWays() {
    let (profile, all) = Workers.shared.run {
      let start = ContinuousClock.now
      let profile = Profile.measure { _ in
        for _ in 0..<3 { step() }
      }
      return (profile, ContinuousClock.now - start)
    }
    #expect(
      profile.work.keys.sorted() == [
        "matmul", "matmul, back", "reshaped", "reshaped, back", "sumRows", "sumRows, back", "tanh", "tanh, back",
      ])
    let product = profile.work["matmul"]
    #expect(product?.calls == 3 && product?.flops == 3 * 2 * 320 * 64 * 128)
    // Only the weight wants a gradient.
    #expect(profile.work["matmul, back"]?.flops == 3 * 2 * 320 * 64 * 128)
    #expect(profile.work["tanh"]?.bytes == 3 * 2 * 320 * 128 * 4 && profile.work["tanh"]?.flops == 0)
    for work in profile.work.values { #expect(work.productTime <= work.time) }
    let sum = profile.work.values.reduce(Duration.zero) { $0 + $1.time }
    #expect(sum <= all && sum > all / 2)
  }

  @Test func nothingIsMeasuredOutside() {
    let profile = Workers.shared.run {
      let profile = Profile.measure { $0.lap("by hand", bytes: 12) }
      step()
      return profile
    }
    #expect(profile.work.keys.sorted() == ["by hand"])
    #expect(profile.work["by hand"]?.bytes == 12 && profile.work["by hand"]?.calls == 1)
  }
}
