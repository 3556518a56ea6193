/// The best ways to choose one of each list, by the sum of what is chosen, the best first. Ties: the smaller numbers first.
///
/// - Parameters:
///   - scores: Lists that are not empty and fall, as those of n-best lists do.
///   - count: How many ways at most.
/// - Returns: For each way which of each list is chosen.
package func bestCombinations(_ scores: [[Float]], count: Int) -> [[Int]] {
  // The best ways through the lists so far: the sum, which of the ways before it goes on from, and what it chose.
  var levels: [[(sum: Double, before: Int, choice: Int)]] = []
  var sums: [Double] = [0]
  for list in scores {
    var ways: [(sum: Double, before: Int, choice: Int)] = []
    for before in sums.indices {
      // Way (i, j) has (i + 1)(j + 1) - 1 others before it that are at least as good.
      for choice in list.indices.prefix(max(1, count / (before + 1))) {
        ways.append((sums[before] + Double(list[choice]), before, choice))
      }
    }
    ways.sort { ($1.sum, $0.before, $0.choice) < ($0.sum, $1.before, $1.choice) }
    ways = Array(ways.prefix(count))
    sums = ways.map(\.sum)
    levels.append(ways)
  }
  return sums.indices.map { last in
    var way = last
    return levels.reversed().map { level in
      let (_, before, choice) = level[way]
      way = before
      return choice
    }.reversed()
  }
}
