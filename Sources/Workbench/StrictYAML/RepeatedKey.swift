/// Finds the path and the second line of a key that a YAML file gives twice.
///
/// Yams refuses such a file but tells only the key's own name and its first line. In block style, which recipes use, the
/// indentation says the rest; where the key stands in a flow mapping (`{a: 1, a: 2}`) the name and first line must do.
struct RepeatedKey {
  /// The key with the keys above it, `model.layers`.
  let path: String
  /// The line of the second occurrence where it can be told, else of the first; counted from 1.
  let line: Int

  /// Looks for `key`, first given on `firstLine` (counted from 1) of `text`.
  init(_ key: String, firstLine: Int, in text: String) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(Self.blockKey)
    let first = firstLine - 1
    guard lines.indices.contains(first), let own = lines[first], own.key == key else {
      (path, line) = (key, firstLine)
      return
    }
    var path = [key]
    var indent = own.indent
    for candidate in lines[..<first].reversed() {
      guard let candidate, candidate.indent < indent else { continue }
      path.insert(candidate.key, at: 0)
      indent = candidate.indent
    }
    self.path = path.joined(separator: ".")
    let second = lines[(first + 1)...].firstIndex { $0?.key == key && $0?.indent == own.indent }
    line = (second ?? first) + 1
  }

  /// The key that a line of block style begins with, and its indentation in characters.
  private static func blockKey(_ line: Substring) -> (key: String, indent: Int)? {
    let body = line.drop { $0 == " " }
    guard let colon = body.firstIndex(of: ":"), body.first != "#" else { return nil }
    let key = body[..<colon].filter { $0 != "\"" && $0 != "'" && $0 != " " }
    return (key, line.count - body.count)
  }
}
