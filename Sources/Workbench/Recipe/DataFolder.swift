import Diagnostics
package import Foundation

/// Finds the files that a recipe names.
///
/// With `--source DIR` names are relative to that folder only. Without it they are looked for beside the recipe, then in
/// `datasets/NAME` in each folder from the recipe's upwards. NAME is what the recipe file calls itself, then the file's own
/// name: data stay where they are when a run gets another name with `--set name=`. Absolute paths stand for themselves.
package struct DataFolder: Sendable {
  /// The folders to look in, in order.
  package let candidates: [URL]
  private let isSource: Bool
  /// The nearest folder `datasets`, whose descriptions say where data come from; nil where there is none.
  private let descriptions: String?
  /// The names of the folder in `datasets`, in order.
  private let names: [String]

  /// Lists the folders for a recipe that was read from `file`; `source` is the folder of `--source`.
  package init(recipe: some Recipe, file: URL, source: URL? = nil) {
    isSource = source != nil
    let stem = file.deletingPathExtension().lastPathComponent
    let names = recipe.givenName == stem ? [stem] : [recipe.givenName, stem]
    self.names = names
    let beside = file.absoluteURL.standardizedFileURL.deletingLastPathComponent()
    let shelf = beside.withAncestors.map { $0.appending(path: "datasets") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
    descriptions = shelf.map { "a README in \($0.path)" }
    if let source {
      candidates = [source]
      return
    }
    candidates =
      [beside] + beside.withAncestors.flatMap { above in names.map { above.appending(path: "datasets/\($0)") } }
  }

  /// The file called `name`.
  ///
  /// - Throws: `UnrollError` of kind `noInput` when there is none.
  package func file(_ name: String) throws -> URL {
    if name.hasPrefix("/") {
      guard FileManager.default.fileExists(atPath: name) else {
        throw UnrollError(.noInput, file: name, "no such file", advice: "check the path in the recipe")
      }
      return URL(fileURLWithPath: name)
    }
    let paths = candidates.map { $0.appending(path: name) }
    if let found = paths.first(where: { FileManager.default.fileExists(atPath: $0.path) }) { return found }
    if isSource {
      throw UnrollError(
        .noInput, file: paths[0].path, "no such file", advice: "check --source and the name in the recipe")
    }
    throw UnrollError(
      .noInput, file: name,
      "no such file beside the recipe or in a folder \(names.map { "datasets/\($0)" }.joined(separator: " or ")) above it",
      advice: "name the folder with --source DIR" + (descriptions.map { "; \($0) says where to get data" } ?? ""))
  }
}

extension URL {
  /// This folder and all above it, up to the root.
  var withAncestors: [URL] {
    var folders = [self]
    while let last = folders.last, last.path != "/" { folders.append(last.deletingLastPathComponent()) }
    return folders
  }
}
