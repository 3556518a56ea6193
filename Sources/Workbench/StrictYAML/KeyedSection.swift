/// A part of a settings file that is keys with values, each of which becomes a property.
///
/// A section says once, in `keys`, what its keys are called and how each is read and written. Reading, the search for unknown
/// and missing keys, and writing all follow from that table.
package protocol KeyedSection: Sendable, Equatable {
  /// The section with its defaults. What a required key gives is overwritten in any case.
  static var blank: Self { get }
  /// Every key of the section, in the order of writing.
  static var keys: [SectionKey<Self>] { get }
  /// Checks the rules that span several keys; `field` is the section's mapping, to point at the key that breaks one.
  func check(_ field: Field) throws
}

extension KeyedSection {
  /// Most sections have no rule that spans keys.
  package func check(_ field: Field) throws {}

  /// Reads the section; what the file leaves out keeps its default. A section that says nothing has all defaults.
  ///
  /// - Throws: `UnrollError` that names the file, line and key path of the first mistake: a `task` that is another's, then
  ///   an unknown key (a misspelt key is then not reported as missing), then values in the order of `keys`.
  package static func read(_ field: Field) throws -> Self {
    let entries: [YAMLEntry]
    switch field.node.content {
    case .mapping(let given): entries = given
    case .scalar where field.node.isNull: entries = []
    default: throw field.error("expected keys with values, found \(field.node.summary)")
    }
    // A file that is for something else has other keys: it must not look misspelt.
    if let task = keys.first(where: { $0.name == "task" }), let entry = entries.first(where: { $0.key == task.name }) {
      var unused = blank
      try task.read(field.child(entry), &unused)
    }
    let names = keys.map(\.name)
    for entry in entries where !names.contains(entry.key) {
      let near = suggestion(for: entry.key, among: names).map { "did you mean \($0)?" }
      throw field.child(entry).error(
        "unknown key", advice: near ?? "the keys here are \(names.joined(separator: ", "))")
    }
    var section = blank
    for key in keys {
      if let entry = entries.first(where: { $0.key == key.name }) {
        try key.read(field.child(entry), &section)
      } else if key.isRequired {
        let section = field.path.isEmpty ? "at the top level" : "under \(field.path)"
        throw field.place.error(
          "\(field.childPath(key.name)): required key is missing", advice: "add \(key.name) \(section)")
      }
    }
    try section.check(field)
    return section
  }

  /// The section with every key written out, defaults too.
  package var node: YAMLNode {
    .keys(Self.keys.map { YAMLEntry($0.name, $0.write(self)) })
  }
}

/// One key of a section: its name, whether a file must give it, and the way to its property.
package struct SectionKey<Section: Sendable>: Sendable {
  /// The key as it is written.
  package let name: String
  /// Whether a file that leaves it out is wrong.
  package let isRequired: Bool
  /// Reads the value into the section.
  package let read: @Sendable (Field, inout Section) throws -> Void
  /// Writes the section's value.
  package let write: @Sendable (Section) -> YAMLNode

  /// A key whose value is kept in `property`.
  package init<Value>(
    _ name: String, _ property: any WritableKeyPath<Section, Value> & Sendable, _ codec: Codec<Value>,
    required: Bool = false
  ) {
    self.name = name
    isRequired = required
    read = { field, section in section[keyPath: property] = try codec.read(field) }
    write = { section in codec.write(section[keyPath: property]) }
  }
}

extension Codec where Value: KeyedSection {
  /// A section within a section.
  package static var section: Codec {
    Codec(read: { try Value.read($0) }, write: { $0.node })
  }
}
