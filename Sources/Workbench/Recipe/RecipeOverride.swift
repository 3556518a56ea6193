extension YAMLNode {
  /// Applies one `--set key.path=value` to the root of a recipe: the key's value is replaced, or the key is added together
  /// with the sections above it. The value is YAML: `3`, `false`, `null`, `[target, source]`, `a name`.
  ///
  /// - Throws: `UnrollError` of kind `usage` that names the override when it is not of this form or its path leads through a
  ///   key that is no section. Whether the key exists and the value fits is found when the recipe is read.
  package mutating func apply(override text: String) throws {
    let place = Place.override(text)
    guard let equals = text.firstIndex(of: "=") else {
      throw place.error("no value", advice: "write --set key.path=value")
    }
    let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw place.error("no key before the equals sign or between two dots", advice: "write --set key.path=value")
    }
    let value = try YAMLNode.parse(value: String(text[text.index(after: equals)...]), at: place)
    try set(path[...], to: value, at: place, above: [])
  }

  private mutating func set(_ path: ArraySlice<String>, to value: YAMLNode, at place: Place, above: [String]) throws {
    guard let key = path.first else {
      self = value
      return
    }
    var entries: [YAMLEntry]
    switch content {
    case .mapping(let given): entries = given
    case .scalar where isNull: entries = []
    default:
      let name = above.joined(separator: ".")
      throw place.error("\(name) is \(summary), it has no key \(key)", advice: "set \(name) itself")
    }
    let rest = path.dropFirst()
    let index = entries.firstIndex { $0.key == key }
    var node = index.map { entries[$0].value } ?? YAMLNode(.scalar("", isPlain: true), place: place)
    try node.set(rest, to: value, at: place, above: above + [key])
    // A section keeps its own place: what is missing in it is missing in the file.
    let entryPlace = rest.isEmpty ? place : index.map { entries[$0].place } ?? place
    let entry = YAMLEntry(key, node, place: entryPlace)
    if let index { entries[index] = entry } else { entries.append(entry) }
    content = .mapping(entries)
  }
}
