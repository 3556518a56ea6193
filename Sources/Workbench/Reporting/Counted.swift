/// A number with what it counts: `1 bad line`, `2 bad lines`.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
