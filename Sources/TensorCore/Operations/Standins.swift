// Stand-in until the dropout kernel lands.
func unroll_dropout(
  _ n: Int, _ p: Float, _ seed: UInt64, _ key: UInt64, _ start: UInt64, _ x: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>, _ accumulate: Bool
) {
  for i in 0..<n {
    var z = (seed &+ key &* 0x9E37_79B9_7F4A_7C15) ^ (start + UInt64(i)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    let value = Float(z >> 40) / Float(1 << 24) < p ? 0 : x[i] / (1 - p)
    y[i] = accumulate ? y[i] + value : value
  }
}
