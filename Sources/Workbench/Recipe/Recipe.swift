package import Foundation

/// What a recipe trains a model for.
package enum RecipeTask: String, CaseIterable, Sendable {
  /// Sentences of one language into sentences of another.
  case translate
  /// Frames of a video into a label each, or a clip into one.
  case label
  /// Frames of a video into a sentence.
  case caption
}

/// Everything that decides a training run. A file holds what differs from the defaults.
package protocol Recipe: KeyedSection {
  /// What the model is for.
  var task: RecipeTask { get }
  /// What the run is called: the default folder is `runs/NAME`. Default: the recipe's file name without its extension.
  var name: String { get set }
  /// What the file itself calls the recipe, whatever `--set name=` says: its data is in `datasets/GIVENNAME`.
  var givenName: String { get set }
  /// How the model learns.
  var training: TrainingSection { get }
  /// Fills in what some keys take from others, before they are read.
  static func complete(_ root: inout YAMLNode)
}

extension Recipe {
  /// Most recipes have no key that takes its value from another.
  package static func complete(_ root: inout YAMLNode) {}

  /// Reads a recipe and applies overrides to it, in their order, before types are checked.
  ///
  /// - Parameters:
  ///   - url: The recipe.
  ///   - overrides: `key.path=value` each, as given with `--set`.
  /// - Throws: `UnrollError`, which names the file, line and key path of the first mistake: kind `noInput` when there is no
  ///   such file, `badData` when it is wrong, `usage` when an override is wrong (it then names the override).
  package static func read(from url: URL, overrides: [String] = []) throws -> Self {
    let name = url.deletingPathExtension().lastPathComponent
    return try read(YAMLNode.read(file: url), overrides: overrides, defaultName: name)
  }

  /// As above, from text; `path` stands for the file in errors.
  package static func read(yaml: String, path: String, overrides: [String] = []) throws -> Self {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return try read(YAMLNode.parse(yaml, path: path), overrides: overrides, defaultName: name)
  }

  private static func read(_ root: YAMLNode, overrides: [String], defaultName: String) throws -> Self {
    var root = root
    let givenName = root.text(of: "name") ?? defaultName
    for override in overrides { try root.apply(override: override) }
    complete(&root)
    var recipe = try Self.read(Field(root: root))
    if recipe.name.isEmpty {
      guard isPlainName(defaultName) else {
        throw Field(root: root).error(
          "the file's name cannot be the name of a run", advice: "add name: with letters, digits, dots and dashes")
      }
      recipe.name = defaultName
    }
    recipe.givenName = givenName
    return recipe
  }

  /// The resolved recipe as YAML, every value written out. Reading it gives an equal recipe, whose `givenName` is `name`;
  /// equal recipes give equal bytes.
  package func yaml() throws -> String {
    try node.yaml()
  }
}

extension RecipeTask {
  /// What the recipe or model description in a file is for, before the rest of it is looked at; nil when it does not say, or
  /// nothing that is known.
  package static func peek(_ url: URL) throws -> RecipeTask? {
    try YAMLNode.read(file: url).text(of: "task").flatMap(RecipeTask.init)
  }
}

extension Codec where Value == RecipeTask {
  /// A task that must be this one.
  package static func task(_ task: RecipeTask) -> Codec {
    let choice = Codec.choice
    return Codec(
      read: { field in
        let found = try choice.read(field)
        guard found == task else {
          throw field.error(
            "the task is \(found.rawValue), and \(task.rawValue) is wanted here",
            advice: "name another file, or use unroll \(found.rawValue)")
        }
        return found
      },
      write: choice.write)
  }
}

extension YAMLNode {
  /// The text at a key of this mapping, where there is one.
  fileprivate func text(of key: String) -> String? {
    guard case .mapping(let entries) = content, let value = entries.first(where: { $0.key == key })?.value,
      case .scalar(let text, _) = value.content, !value.isNull
    else { return nil }
    return text
  }
}
