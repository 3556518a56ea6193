import Diagnostics
package import Foundation

/// Finds the model that a user means.
///
/// A model is named by the path of its folder, or by the folder's name, or by its task and languages. Names and languages are looked for in
/// the folders of `$UNROLL_MODELS` (separated by colons), in `../share/unroll/models` beside the program, and in `models/` in
/// each folder from the program's upwards. The first model that fits is taken; within a folder the default model comes first.
package struct ModelFinder: Sendable {
  /// The models that are taken first when the user names none; one a task.
  package static let defaultNames = ["tatoeba-en-fr", "shapes", "shapes-sentences"]

  private let listed: [URL]
  private let shared: URL
  private let above: URL

  /// Looks in the places of this process.
  package init() {
    let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    self.init(environment: ProcessInfo.processInfo.environment, program: program)
  }

  /// Looks in the places of a process with this environment that runs the program `program`.
  package init(environment: [String: String], program: URL) {
    listed = (environment["UNROLL_MODELS"] ?? "").split(separator: ":").map { URL(fileURLWithPath: String($0)) }
    above = program.resolvingSymlinksInPath().deletingLastPathComponent()
    shared = above.deletingLastPathComponent().appending(path: "share/unroll/models")
  }

  /// The folders that are looked in, in order; not all need exist.
  package var folders: [URL] {
    listed + [shared] + above.withAncestors.map { $0.appending(path: "models") }
  }

  /// All model folders that can be found by name or languages, in the order in which they are tried.
  package func models() throws -> [URL] {
    try folders.flatMap { try Self.models(in: $0) }
  }

  /// Finds a translation model, opens it and checks its files.
  ///
  /// - Parameters:
  ///   - model: The value of `--model`: a path or a name; nil for the first model that fits the languages.
  ///   - source: The language to translate from, any when nil.
  ///   - target: The language to translate to, any when nil.
  /// - Throws: `UnrollError` of kind `noInput` that lists where models were looked for, of kind `usage` when `model` is for
  ///   other languages, and whatever `ModelFolder.open` throws.
  package func find(
    _ model: String? = nil, from source: String? = nil, to target: String? = nil
  ) throws -> ModelFolder<TranslationDescription> {
    guard let model else {
      let what = source == nil && target == nil ? "no model" : "no model \(Self.words(source, target))"
      return try first(.translate, missing: what) { $0.fits(from: source, to: target) }
    }
    let folder = try ModelFolder<TranslationDescription>.open(locate(model))
    let (has, wants) = (folder.description, (source, target))
    guard has.fits(from: source, to: target) else {
      throw UnrollError(
        .usage, file: folder.url.relativePath,
        "the model is from \(has.source.language) to \(has.target.language), not \(Self.words(wants.0, wants.1))",
        advice: "name another model or leave out --from and --to")
    }
    return folder
  }

  /// Finds a model that labels frames, opens it and checks its files. `model` is the value of `--model`: a path or a name;
  /// nil for the first there is. Throws as `find(_:from:to:)` does.
  package func findLabeler(_ model: String? = nil) throws -> ModelFolder<LabelDescription> {
    guard let model else { return try first(.label, missing: "no model that labels frames") { _ in true } }
    return try .open(locate(model))
  }

  /// Finds a model that writes captions; as `findLabeler`.
  package func findCaptioner(_ model: String? = nil) throws -> ModelFolder<CaptionDescription> {
    guard let model else { return try first(.caption, missing: "no model that writes captions") { _ in true } }
    return try .open(locate(model))
  }

  /// The folder of a model of any task, by path or name.
  package func locate(_ model: String) throws -> URL {
    if model.isEmpty {
      throw UnrollError(.usage, "the name of the model is empty", advice: "name a folder, or a model in \(places)")
    }
    if FileManager.default.fileExists(atPath: model) { return URL(fileURLWithPath: model) }
    if model.contains("/") {
      throw UnrollError(
        .noInput, file: model, "no such model folder",
        advice: "check the path, or give the name of a model in \(places)")
    }
    if let found = try models().first(where: { $0.lastPathComponent == model }) { return found }
    throw notFound("no model called \(model)")
  }

  /// The first model of a task that fits.
  private func first<Description>(
    _ task: RecipeTask, missing what: String, _ fits: (Description) -> Bool
  ) throws -> ModelFolder<Description> {
    // An unreadable description must not hide a good model further on; when there is none, it is what the user needs to know.
    // A model that fits and is damaged is an error at once: another one in its place would be a surprise.
    var passedOver: UnrollError?
    for url in try models() {
      let description: Description
      do {
        // What says no task is read on, for its mistakes.
        let found = try RecipeTask.peek(url.appending(path: descriptionFileName))
        if let found, found != task { continue }
        description = try ModelFolder<Description>.describe(url)
      } catch let error as UnrollError {
        passedOver = passedOver ?? error
        continue
      }
      if fits(description) { return try .open(url) }
    }
    throw passedOver ?? notFound(what)
  }

  private func notFound(_ what: String) -> UnrollError {
    UnrollError(
      .noInput, what,
      advice: "looked in \(places); name the folder of a model, or set UNROLL_MODELS")
  }

  private var places: String {
    ((listed + [shared]).map(\.path) + ["models in \(above.path) and the folders above it"]).joined(separator: ", ")
  }

  private static func words(_ source: String?, _ target: String?) -> String {
    [source.map { "from \($0)" }, target.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
  }

  /// The model folders in a folder, the default models first, the others by name. A folder that is not there holds none.
  private static func models(in folder: URL) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    func rank(_ name: String) -> (Int, String) { (defaultNames.contains(name) ? 0 : 1, name) }
    return try sortedNames(in: folder).sorted { rank($0) < rank($1) }
      .map { folder.appending(path: $0) }
      .filter { FileManager.default.fileExists(atPath: $0.appending(path: descriptionFileName).path) }
  }
}

extension TranslationDescription {
  /// Whether the model translates between these languages; nil fits any.
  fileprivate func fits(from source: String?, to target: String?) -> Bool {
    (source ?? self.source.language) == self.source.language && (target ?? self.target.language) == self.target.language
  }
}
