package import Foundation

/// Everything that decides a training run: data, model, training and search. A file holds what differs from the defaults.
package struct Recipe: Sendable, Equatable {
  /// What the model is for.
  package enum Task: String, CaseIterable, Sendable {
    /// Sentences of one language into sentences of another.
    case translate
  }

  /// What the model is for.
  package var task: Task
  /// What the run is called: the default folder is `runs/NAME`. Default: the recipe's file name without its extension.
  package var name: String
  /// What the file itself calls the recipe, whatever `--set name=` says: its data is in `datasets/GIVENNAME`.
  package private(set) var givenName: String
  /// What the model learns from.
  package var data: DataSection
  /// The model's shape.
  package var model = ModelSection()
  /// How the model learns.
  package var training = TrainingSection()
  /// How translations are looked for.
  package var search = SearchSection()

  /// The defaults, with what has none.
  package init(task: Task = .translate, name: String, data: DataSection) {
    self.task = task
    self.name = name
    givenName = name
    self.data = data
  }

  /// Reads a recipe and applies overrides to it, in their order, before types are checked.
  ///
  /// - Parameters:
  ///   - url: The recipe.
  ///   - overrides: `key.path=value` each, as given with `--set`.
  /// - Throws: `UnrollError`, which names the file, line and key path of the first mistake: kind `noInput` when there is no
  ///   such file, `badData` when it is wrong, `usage` when an override is wrong (it then names the override).
  package static func read(from url: URL, overrides: [String] = []) throws -> Recipe {
    let name = url.deletingPathExtension().lastPathComponent
    return try read(YAMLNode.read(file: url), overrides: overrides, defaultName: name)
  }

  /// As above, from text; `path` stands for the file in errors.
  package static func read(yaml: String, path: String, overrides: [String] = []) throws -> Recipe {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return try read(YAMLNode.parse(yaml, path: path), overrides: overrides, defaultName: name)
  }

  private static func read(_ root: YAMLNode, overrides: [String], defaultName: String) throws -> Recipe {
    var root = root
    let givenName = root.text(of: "name") ?? defaultName
    for override in overrides { try root.apply(override: override) }
    root.inheritVocabulary()
    var recipe = try Recipe.read(Field(root: root))
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

extension YAMLNode {
  /// The text at a key of this mapping, where there is one.
  fileprivate func text(of key: String) -> String? {
    guard case .mapping(let entries) = content, let value = entries.first(where: { $0.key == key })?.value,
      case .scalar(let text, _) = value.content, !value.isNull
    else { return nil }
    return text
  }
}

extension Recipe: KeyedSection {
  package static let blank = Recipe(name: "", data: .blank)
  package static let keys: [SectionKey<Recipe>] = [
    SectionKey("task", \.task, .choice, required: true),
    SectionKey("name", \.name, .name("the name of a run")),
    SectionKey("data", \.data, .section, required: true),
    SectionKey("model", \.model, .section),
    SectionKey("training", \.training, .section),
    SectionKey("search", \.search, .section),
  ]
}
