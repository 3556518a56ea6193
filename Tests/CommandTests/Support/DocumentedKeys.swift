import Foundation
import Testing
import Workbench

/// The keys that the table of a verb in docs/json.md lists, in its order, with their types. A key inside another is
/// written `outer.inner`. Where a verb has several tables, `kind` is what follows it in the heading.
func documentedKeys(
  _ verb: String, _ kind: String? = nil, filePath: String = #filePath
) throws -> [(key: String, type: String)] {
  let package = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let page = try String(contentsOf: package.appending(path: "docs/json.md"), encoding: .utf8)
  let sections = page.components(separatedBy: "\n## ")
  let heading = "`unroll \(verb)`" + (kind.map { ", \($0)" } ?? "") + "\n"
  let section = try #require(sections.first { $0.hasPrefix(heading) }, "no section \(heading)")
  return section.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }.map { line in
    let cells = line.components(separatedBy: " | ")
    return (cells[0].components(separatedBy: "`")[1], cells[1])
  }
}

/// Expects one JSON object a line, each with exactly the documented keys of the verb in their order, and returns them.
@discardableResult
func expectDocumentedKeys(
  _ outcome: Outcome, _ verb: String, _ kind: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [JSONValue] {
  let documented = try documentedKeys(verb, kind)
  let closed = Set(documented.filter { $0.type.hasPrefix("section") }.map(\.key))
  #expect(!outcome.lines.isEmpty, sourceLocation: sourceLocation)
  return try outcome.lines.map { line in
    let object = try JSONReader.read(Array(line.utf8))
    #expect(paths(of: object, closed) == documented.map(\.key), "\(line)", sourceLocation: sourceLocation)
    return object
  }
}

/// The keys of an object with those of the objects in it, also of objects in lists, each path once. What is in `closed`
/// keeps its own keys to itself.
private func paths(of value: JSONValue, _ closed: Set<String>, below prefix: String = "") -> [String] {
  var found: [String] = []
  switch value {
  case .object(let members):
    for member in members {
      let path = prefix + member.name
      found.append(path)
      if !closed.contains(path) { found += paths(of: member.value, closed, below: path + ".") }
    }
  case .array(let values):
    for path in values.flatMap({ paths(of: $0, closed, below: prefix) }) where !found.contains(path) {
      found.append(path)
    }
  default: break
  }
  return found
}
