import TensorCore

/// The numbers that a generated clip is made of: the same for the same seed and place, on every machine and with every
/// version of Swift's library.
struct ShapeRandom {
  private var generator: SplitMix

  /// Numbers for clip `index` of the data set with `seed`.
  init(seed: UInt64, index: Int) {
    var mixed = SplitMix(seed: seed)
    generator = SplitMix(seed: mixed.next() ^ (UInt64(index) &* 0xD6E8_FEB8_6659_FD93))
  }

  /// A number in `range`, each as likely as the others.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    let count = UInt64(range.upperBound - range.lowerBound + 1)
    return range.lowerBound + Int(generator.next().multipliedFullWidth(by: count).high)
  }

  /// A number in `range`, all of it as likely; it has 53 random bits.
  mutating func number(_ range: ClosedRange<Double>) -> Double {
    let unit = Double(generator.next() >> 11) * 0x1p-53
    return range.lowerBound + unit * (range.upperBound - range.lowerBound)
  }

  /// Whether something happens that happens in `percent` of all cases.
  mutating func happens(percent: Int) -> Bool { number(1...100) <= percent }

  /// One of `choices`, which must not be empty.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[number(0...choices.count - 1)] }
}
