package import Diagnostics

/// Where a piece of YAML was written: a line of a file, or a `--set` on the command line.
package struct Place: Sendable, Hashable {
  /// The file's path as the user gave it, or `--set key.path=value`.
  package let source: String
  /// The line within the file, counted from 1; nil for an override.
  package let line: Int?
  /// `badData` for a file, `usage` for the command line.
  package let kind: UnrollError.Kind

  /// A line of a file.
  package static func file(_ path: String, line: Int?) -> Place {
    Place(source: path, line: line, kind: .badData)
  }

  /// One `--set key.path=value`, named in full so that the user recognises it.
  package static func override(_ text: String) -> Place {
    Place(source: "--set \(text)", line: nil, kind: .usage)
  }

  /// A value that was made in code, to be written.
  package static let code = Place.file("", line: nil)

  /// An error at this place.
  package func error(_ what: String, advice: String? = nil) -> UnrollError {
    UnrollError(kind, file: source, line: line, what, advice: advice)
  }
}

/// A YAML value that remembers where it was written. Anchors are already replaced by what they stand for.
package struct YAMLNode: Sendable {
  /// The three shapes of YAML.
  package indirect enum Content: Sendable {
    /// A number, flag, text or nothing; `isPlain` when it was written without quotes.
    case scalar(String, isPlain: Bool)
    /// A list.
    case sequence([YAMLNode])
    /// Keys with values, in the order of the file, each key once.
    case mapping([YAMLEntry])
  }

  /// The value.
  package var content: Content
  /// Where the value begins.
  package var place: Place

  /// Makes a node; `place` can be left out for values that are about to be written.
  package init(_ content: Content, place: Place = .code) {
    self.content = content
    self.place = place
  }

  /// Whether this is YAML's way of saying nothing: empty, `~` or `null` without quotes.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What a message calls this value: its text when it is short, its shape otherwise.
  package var summary: String {
    switch content {
    case .sequence: return "a list"
    case .mapping: return "keys with values"
    case .scalar(let text, let isPlain):
      if isNull { return "nothing" }
      let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
      return isPlain ? String(shown) : "\"\(shown)\""
    }
  }
}

/// One key of a mapping with its value.
package struct YAMLEntry: Sendable {
  /// The key.
  package let key: String
  /// Where the key is written: the place that errors about the value name, too.
  package let place: Place
  /// The value.
  package var value: YAMLNode

  /// Makes an entry; `place` can be left out for values that are about to be written.
  package init(_ key: String, _ value: YAMLNode, place: Place = .code) {
    self.key = key
    self.value = value
    self.place = place
  }
}
