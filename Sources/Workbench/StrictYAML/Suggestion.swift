/// The word of `words` that `typed` was most likely meant to be, or nil when none is near.
///
/// Near means at most one edit for every three letters (at least one, two from six letters on). On a tie the earlier word wins.
package func suggestion(for typed: String, among words: [String]) -> String? {
  let most = max(1, typed.count / 3)
  var best: (word: String, distance: Int)?
  // Each edit changes the length by one at most.
  for word in words where abs(word.count - typed.count) <= most {
    let distance = editDistance(typed.lowercased(), word)
    if distance <= most, distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

/// The number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
/// (Damerau 1964, in the form where no letter is edited twice).
package func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var twoBack: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
      var least = min(replaced, previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, twoBack[j - 1] + 1) }
      row.append(least)
    }
    (twoBack, previous) = (previous, row)
  }
  return previous[b.count]
}
