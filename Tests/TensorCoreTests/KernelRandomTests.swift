import CKernels
import Testing

@Suite("Philox")
struct KernelRandomTests {
  /// The test vectors that Random123 publishes for philox4x32 with 10 rounds (kat_vectors).
  @Test func knownAnswers() {
    let ones = UInt32.max
    #expect(
      block([0, 0, 0, 0], [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(
      block([ones, ones, ones, ones], [ones, ones]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  /// A range cut anywhere gives the same bits, because the element's number is the counter.
  @Test func piecesEqualTheWhole() {
    let count = 2500
    let offset: UInt64 = 11
    let whole = dropped(count, at: offset)
    let normals = normal(count, at: offset)
    for cut in [1, 2, 3, 4, 5, 1023, 1024, 1025, 2499] {
      let first = dropped(cut, at: offset)
      let second = dropped(count - cut, at: offset + UInt64(cut))
      #expect(first + second == whole)
      #expect(normal(cut, at: offset) + normal(count - cut, at: offset + UInt64(cut)) == normals)
    }
  }

  @Test func streamsAndSeedsDiffer() {
    #expect(normal(64, at: 0) != normal(64, at: 64))
    #expect(normal(64, at: 0, seed: 1) != normal(64, at: 0, seed: 2))
    #expect(normal(64, at: 0, stream: 1) != normal(64, at: 0, stream: 2))
  }

  @Test func dropoutKeepsTheMeanAndItsMask() {
    let kept = dropped(100_000, at: 0)
    let zeros = kept.count { $0 == 0 }
    // Five standard deviations of a binomial count.
    #expect(abs(zeros - 30_000) < 725)
    #expect(kept.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-6 })
    #expect(dropped(100_000, at: 0) == kept)
  }

  @Test func normalMoments() {
    let x = normal(200_000, at: 0).map(Double.init)
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.map { $0 * $0 }.reduce(0, +) / Double(x.count)
    let fourth = x.map { $0 * $0 * $0 * $0 }.reduce(0, +) / Double(x.count)
    #expect(abs(mean) < 0.012)
    #expect(abs(variance - 1) < 0.016)
    #expect(abs(fourth - 3) < 0.11)
  }

  private func block(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: 4)
    unroll_philox_block(counter, key, &words)
    return words
  }

  private func normal(_ count: Int, at offset: UInt64, seed: UInt64 = 3, stream: UInt64 = 4) -> [Float] {
    var out = [Float](repeating: 0, count: count)
    unroll_philox_normal(count, seed, stream, offset, &out)
    return out
  }

  private func dropped(_ count: Int, at offset: UInt64) -> [Float] {
    var out = [Float](repeating: 0, count: count)
    unroll_dropout(count, 0.3, 3, 4, offset, [Float](repeating: 1, count: count), &out, false)
    return out
  }
}
