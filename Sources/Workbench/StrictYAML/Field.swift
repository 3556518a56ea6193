package import Diagnostics

/// One value on its way from YAML to a typed property: what it is called, where it stands, what it holds.
package struct Field: Sendable {
  /// The key path, `model.hidden_size`; empty for the root of a file.
  package let path: String
  /// Where the key is written.
  package let place: Place
  /// The value.
  package let node: YAMLNode

  /// The root of a file.
  package init(root: YAMLNode) {
    path = ""
    // The line where the root happens to begin says nothing; an error about the whole file names the file.
    place = Place(source: root.place.source, line: nil, kind: root.place.kind)
    node = root
  }

  private init(path: String, place: Place, node: YAMLNode) {
    self.path = path
    self.place = place
    self.node = node
  }

  /// The value of one key of this mapping.
  package func child(_ entry: YAMLEntry) -> Field {
    Field(path: childPath(entry.key), place: entry.place, node: entry.value)
  }

  /// One item of this list; errors name the list's key and the item's own place.
  package func item(_ item: YAMLNode) -> Field {
    Field(path: path, place: item.place, node: item)
  }

  /// The path of a key of this mapping.
  package func childPath(_ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  /// The field of a key below this one (`source.level`), or the nearest field above it that is written down: the place
  /// to point at when a value breaks a rule together with another one.
  package func nearest(_ keys: String) -> Field {
    var field = self
    for key in keys.split(separator: ".") {
      guard case .mapping(let entries) = field.node.content, let entry = entries.first(where: { $0.key == key }) else {
        break
      }
      field = field.child(entry)
    }
    return Field(path: childPath(keys), place: field.place, node: field.node)
  }

  /// Whether the key below this field is written down.
  package func has(_ key: String) -> Bool {
    guard case .mapping(let entries) = node.content else { return false }
    return entries.contains { $0.key == key }
  }

  /// An error about this value: `model.layers: what; advice` at the value's place.
  package func error(_ what: String, advice: String? = nil) -> UnrollError {
    place.error(path.isEmpty ? what : "\(path): \(what)", advice: advice)
  }
}
