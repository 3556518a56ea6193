import Foundation
import Testing
import Workbench

/// The keys that the table of a verb in docs/json.md lists, in its order. A key inside another is written `outer.inner`.
func documentedKeys(_ verb: String, filePath: String = #filePath) throws -> [String] {
  let package = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let page = try String(contentsOf: package.appending(path: "docs/json.md"), encoding: .utf8)
  let sections = page.components(separatedBy: "\n## ")
  let section = try #require(sections.first { $0.hasPrefix("`unroll \(verb)") }, "no section on \(verb)")
  return section.components(separatedBy: "\n").compactMap { line in
    line.hasPrefix("| `") ? line.components(separatedBy: "`")[1] : nil
  }
}

/// Expects one JSON object a line, each with exactly the documented keys of the verb in their order, and returns them.
@discardableResult
func expectDocumentedKeys(
  _ outcome: Outcome, _ verb: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [JSONValue] {
  let keys = try documentedKeys(verb)
  #expect(!outcome.lines.isEmpty, sourceLocation: sourceLocation)
  return try outcome.lines.map { line in
    let object = try JSONReader.read(Array(line.utf8))
    #expect(paths(of: object) == keys, "\(line)", sourceLocation: sourceLocation)
    return object
  }
}

/// The keys of an object with those of the objects in it, also of objects in lists, each path once.
private func paths(of value: JSONValue, below prefix: String = "") -> [String] {
  var found: [String] = []
  switch value {
  case .object(let members):
    for member in members {
      found.append(prefix + member.name)
      found += paths(of: member.value, below: "\(prefix)\(member.name).")
    }
  case .array(let values):
    for path in values.flatMap({ paths(of: $0, below: prefix) }) where !found.contains(path) { found.append(path) }
  default: break
  }
  return found
}
