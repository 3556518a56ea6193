import Testing
import Workbench

/// Validation during training must not wait for its metrics. The bounds are loose, for machines under load: on the
/// two-core machine of the plan both take about a tenth of them.
@Suite struct MetricSpeedTests {
  @Test func tenThousandSentences() throws {
    var state: UInt64 = 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let letters = Array("abcdefghéя,.")
    func word() -> String { String((0...random(8)).map { _ in letters[random(letters.count)] }) }
    func sentence() -> String { (0..<20).map { _ in word() }.joined(separator: " ") }
    let hypotheses = (0..<10_000).map { _ in sentence() }
    let references = (0..<10_000).map { _ in sentence() }
    let clock = ContinuousClock()
    let bleu = try clock.measure { _ = try BLEU().score(hypotheses, references: [references]) }
    let chrF = try clock.measure { _ = try ChrF(wordOrder: 2).score(hypotheses, references: [references]) }
    print("10000 sentences: BLEU \(bleu), chrF++ \(chrF)")
    #expect(bleu < .seconds(2))
    #expect(chrF < .seconds(4))
  }
}
