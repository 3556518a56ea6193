/// A number with what it counts: `1 bad line`, `2 bad lines`.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// The first of some things, and how many others there are: `a, b, c and 4 more`.
func firstFew(_ things: [String]) -> String {
  let shown = 3
  let more = things.count > shown ? " and \(things.count - shown) more" : ""
  return things.prefix(shown).joined(separator: ", ") + more
}
