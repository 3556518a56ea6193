import Diagnostics
import Yams

extension YAMLNode {
  /// A list of texts or numbers, written on one line.
  package static func list(_ items: [YAMLNode]) -> YAMLNode { YAMLNode(.sequence(items)) }

  /// Keys with values, in this order.
  package static func keys(_ entries: [YAMLEntry]) -> YAMLNode { YAMLNode(.mapping(entries)) }

  /// A number, flag or word that no reader could take for something else.
  package static func plain(_ text: String) -> YAMLNode { YAMLNode(.scalar(text, isPlain: true)) }

  /// Text of the user's, written in quotes unless it is a harmless word.
  package static func text(_ text: String) -> YAMLNode { YAMLNode(.scalar(text, isPlain: Self.isHarmless(text))) }

  /// Nothing.
  package static let null = plain("null")

  /// This value as a YAML file: block style, keys in their order, lists on one line. The same value gives the same bytes.
  ///
  /// - Throws: `UnrollError` of kind `internalFault` when libyaml refuses.
  package func yaml() throws -> String {
    do {
      return try serialize(node: yams(), width: -1, allowUnicode: true)
    } catch {
      throw UnrollError(.internalFault, "settings cannot be written as YAML: \(error)")
    }
  }

  private func yams() -> Node {
    switch content {
    case .scalar(let text, let isPlain):
      .scalar(Node.Scalar(text, .implicit, isPlain ? .plain : .doubleQuoted))
    case .sequence(let items):
      .sequence(Node.Sequence(items.map { $0.yams() }, .implicit, items.contains(where: \.isMapping) ? .block : .flow))
    case .mapping(let entries):
      .mapping(Node.Mapping(entries.map { (Node($0.key, .implicit, .plain), $0.value.yams()) }, .implicit, .block))
    }
  }

  private var isMapping: Bool {
    if case .mapping = content { true } else { false }
  }

  /// Whether every YAML reader takes `text` for text: no number, date, flag (`no` is false to many readers) or nothing.
  private static func isHarmless(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./".contains($0)) }
    return isPlain && !["true", "false", "yes", "no", "on", "off", "y", "n", "null"].contains(text.lowercased())
  }
}
