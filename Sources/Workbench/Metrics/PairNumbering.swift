/// Numbers distinct pairs 0, 1, 2 … in the order in which they are first met: a hash table with open addressing that
/// is emptied by raising a stamp.
struct PairNumbering {
  /// Distinct pairs since the start.
  private(set) var count = 0
  private var stamp: UInt32 = 0
  private var stamps: [UInt32] = []
  private var keys: [UInt64] = []
  private var values: [UInt32] = []

  /// Forgets all pairs and makes room for as many as `limit`.
  mutating func start(atMost limit: Int) {
    count = 0
    stamp &+= 1
    if stamps.count < 2 * limit || stamp == 0 {
      var size = max(1024, stamps.count)
      while size < 2 * limit { size *= 2 }
      stamps = Array(repeating: 0, count: size)
      keys = Array(repeating: 0, count: size)
      values = Array(repeating: 0, count: size)
      stamp = 1
    }
  }

  /// The number of the pair (`first`, `second`).
  mutating func number(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let key = UInt64(first) << 32 | UInt64(second)
    let mask = stamps.count - 1
    // Multiplicative hashing (Knuth 6.4): the upper bits are the well mixed ones.
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while stamps[slot] == stamp {
      if keys[slot] == key { return values[slot] }
      slot = (slot + 1) & mask
    }
    let value = UInt32(count)
    stamps[slot] = stamp
    keys[slot] = key
    values[slot] = value
    count += 1
    return value
  }

  /// Turns the names of all (n−1)-grams of a sequence into those of its n-grams.
  mutating func extend(_ names: inout [UInt32], by symbols: [UInt32], to n: Int) {
    let count = max(0, symbols.count - n + 1)
    names.removeLast(names.count - min(names.count, count))
    for index in 0..<count { names[index] = number(names[index], symbols[index + n - 1]) }
  }
}
