/// Puts what is of like length together: of each 16 groups' worth of a shuffled order, those before others come first, and equals
/// stay in their random order. (By number, those of a group would be alike, as the names of clips are.)
///
/// - Parameters:
///   - order: Places, shuffled.
///   - size: How many make a group; the last of each stretch may be smaller.
///   - isBefore: Whether one place must come before another.
func lengthGroups(_ order: [Int], size: Int, isBefore: (Int, Int) -> Bool) -> [[Int]] {
  let stretch = size * 16
  return stride(from: 0, to: order.count, by: stretch).flatMap { start in
    let sorted = order[start..<min(start + stretch, order.count)].enumerated().sorted { one, other in
      if isBefore(one.element, other.element) { return true }
      return !isBefore(other.element, one.element) && one.offset < other.offset
    }.map(\.element)
    return stride(from: 0, to: sorted.count, by: size).map { Array(sorted[$0..<min($0 + size, sorted.count)]) }
  }
}
