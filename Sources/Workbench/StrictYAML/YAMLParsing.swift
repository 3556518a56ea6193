import Diagnostics
package import Foundation
import Yams

/// No key of ours is nearly as long, and messages show keys.
private let longestKey = 200
/// Nor is anything of ours nested as deeply; each level costs stack.
private let deepest = 100

extension YAMLNode {
  /// A recipe or a model description is a few kilobytes; whatever is larger is another kind of file.
  private static let mostBytes = 1 << 20
  /// Anchors that name each other can stand for more values than fit in memory.
  private static let mostValues = 100_000
  private static let tooMuch = "more than \(mostValues) values"
  private static let noAnchors = "do not use anchors that repeat each other"

  /// Reads a YAML file whose root is keys with values.
  ///
  /// - Throws: `UnrollError` of kind `noInput` when the file cannot be read, and of kind `badData` with the line when it is
  ///   not UTF-8, is empty, is not YAML, gives a key twice, or holds something else than keys with values.
  package static func read(file url: URL) throws -> YAMLNode {
    let file = try InputFile(url)
    guard file.size <= mostBytes else {
      throw UnrollError(.badData, file: file.name, "too large (\(file.size) bytes) for a YAML file of settings")
    }
    return try parse(bytes: file.bytes(at: 0, count: file.size), path: file.name)
  }

  /// Parses YAML text whose root is keys with values; `path` is the name that errors use.
  package static func parse(_ text: String, path: String) throws -> YAMLNode {
    try parse(bytes: Array(text.utf8), path: path)
  }

  /// Parses the value of one `--set key.path=value`.
  package static func parse(value text: String, at place: Place) throws -> YAMLNode {
    do {
      guard !YAMLExpansion(of: Array(text.utf8)).isTooMuch else { throw place.error(tooMuch, advice: noAnchors) }
      guard let root = try compose(yaml: text) else { return YAMLNode(.scalar("", isPlain: true), place: place) }
      var count = 0
      return try YAMLNode(root, counting: &count) { _ in place }
    } catch let error as YamlError {
      throw place.error("the value is not valid YAML: \(error.problem)", advice: "put the value in quotes")
    }
  }

  private static func parse(bytes: [UInt8], path: String) throws -> YAMLNode {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      throw UnrollError(.badData, file: path, line: line + 1, "not UTF-8", advice: "save the file as UTF-8")
    }
    guard !YAMLExpansion(of: bytes).isTooMuch else {
      throw UnrollError(.badData, file: path, tooMuch, advice: noAnchors)
    }
    let root: Node?
    do {
      // libyaml takes a byte order mark for the first word of the file when it is told the encoding.
      root = try compose(yaml: text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text)
    } catch let error as YamlError {
      throw error.located(in: text, path: path)
    }
    let empty = UnrollError(.badData, file: path, "the file is empty", advice: "expected keys with values")
    guard let root else { throw empty }
    var count = 0
    let node = try YAMLNode(root, counting: &count) { .file(path, line: $0?.line) }
    guard !node.isNull else { throw empty }
    guard case .mapping = node.content else {
      throw node.place.error("expected keys with values, found \(node.summary)")
    }
    return node
  }

  private init(_ node: Node, counting count: inout Int, depth: Int = 0, place: (Mark?) -> Place) throws {
    let here = place(node.mark)
    guard depth <= deepest else { throw here.error("nested too deeply") }
    count += 1
    guard count <= Self.mostValues else {
      throw here.error(Self.tooMuch, advice: Self.noAnchors)
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      self.init(.scalar(scalar.string, isPlain: isPlain), place: here)
    case .sequence(let items):
      var nodes: [YAMLNode] = []
      for item in items { nodes.append(try YAMLNode(item, counting: &count, depth: depth + 1, place: place)) }
      self.init(.sequence(nodes), place: here)
    case .mapping(let pairs):
      var entries: [YAMLEntry] = []
      var lines: [String: Int?] = [:]
      for (key, value) in pairs {
        guard let name = key.scalar?.string else {
          throw place(key.mark).error("a key must be one word, found a list or keys with values")
        }
        guard name.utf8.count <= longestKey else {
          throw place(key.mark).error("a key must be one word, found one of \(name.utf8.count) bytes")
        }
        // Yams compares keys with their tags; two keys that read the same are still one key twice.
        if let first = lines.updateValue(place(key.mark).line, forKey: name) {
          throw place(key.mark).error("\(name): key given twice", advice: Self.removeOne(firstLine: first))
        }
        let node = try YAMLNode(value, counting: &count, depth: depth + 1, place: place)
        entries.append(YAMLEntry(name, node, place: place(key.mark)))
      }
      self.init(.mapping(entries), place: here)
    case .alias(let alias):
      throw place(alias.mark).error("anchor \(alias.anchor.rawValue) stands for nothing")
    }
  }

  fileprivate static func removeOne(firstLine: Int?) -> String {
    firstLine.map { "it was first given on line \($0); remove one of the two" } ?? "remove one of the two"
  }
}

extension YamlError {
  /// libyaml's own words for what is wrong.
  fileprivate var problem: String {
    switch self {
    case .scanner(let context, let problem, _, _), .parser(let context, let problem, _, _),
      .composer(let context, let problem, _, _):
      [context?.text, problem].compactMap { $0 }.joined(separator: " ")
    case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem): problem
    case .duplicatedKeysInMapping(let keys, _): "\(keys.joined(separator: ", ")): key given twice"
    case .memory: "out of memory"
    case .no, .dataCouldNotBeDecoded: "cannot be decoded"
    }
  }

  /// The same error as the user should see it.
  fileprivate func located(in text: String, path: String) -> UnrollError {
    let line: Int?
    switch self {
    case .duplicatedKeysInMapping(let keys, let context):
      let key = RepeatedKey(keys.first ?? "", firstLine: context.mark.line, in: text)
      let advice = YAMLNode.removeOne(firstLine: context.mark.line)
      return Place.file(path, line: key.line).error("\(key.path.prefix(longestKey)): key given twice", advice: advice)
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): line = mark.line
    case .reader(_, let offset, _, _):
      line = offset.map { text.prefix($0).reduce(into: 1) { if $1.isNewline { $0 += 1 } } }
    default: line = nil
    }
    return Place.file(path, line: line)
      .error("not valid YAML: \(problem)", advice: "check the indentation, colons and quotes near this line")
  }
}
