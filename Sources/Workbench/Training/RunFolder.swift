import Diagnostics
package import Foundation
package import TensorCore

/// The folder of a training run: the resolved recipe, checkpoints with their checksums, the log, the model so far.
///
/// Checkpoints are listed in `checkpoints.json`, newest first; a file that is not listed is not used. The newest two
/// (or more, if the plan says so) are kept, so that a damaged one costs some steps and not the run.
package struct RunFolder {
  /// A checkpoint as the list names it.
  package struct Entry: Codable, Sendable, Equatable {
    package let file: String
    package let step: Int
    package let bytes: Int
    package let sha256: String
  }

  /// The folder.
  package let url: URL
  private var entries: [Entry] = []
  /// The progress of the newest checkpoint.
  private var saved: LearningProgress?
  private let lock: RunLock
  /// Files that are no longer listed, to be removed when the next checkpoint is safe.
  private var unlisted: [String] = []

  /// Where the model in its best state is.
  package var model: URL { url.appending(path: "model") }
  /// The log, a JSON object a line.
  package var log: URL { url.appending(path: "log.jsonl") }
  /// The recipe with every default written out.
  package var recipe: URL { url.appending(path: "recipe.yaml") }
  /// The recipe as it stands there; nil where there is none.
  func recipeText() throws -> String? {
    guard FileManager.default.fileExists(atPath: recipe.path) else { return nil }
    let file = try InputFile(recipe)
    return String(decoding: try file.bytes(at: 0, count: file.size), as: UTF8.self)
  }

  private var list: URL { url.appending(path: "checkpoints.json") }

  /// The newest checkpoint; nil before the first.
  package var newest: Entry? { entries.first }

  private static let noCheckpoint = "the run in this folder ended before its first checkpoint"

  /// Opens the folder for a new run, or for one that goes on.
  ///
  /// It is kept from other processes for as long as this value, or a copy of it, lives.
  ///
  /// - Throws: `UnrollError` of kind `cannotCreate` when a run is there and `resume` is false, when a training is going on
  ///   there, or when the folder cannot be written; `noInput` when there is nothing to resume.
  package init(_ url: URL, resume: Bool) throws {
    self.url = url
    if resume { try Self.check(url, resume: true) }
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw UnrollError(
        .cannotCreate, file: url.path, "the folder cannot be created", advice: "check its permissions, or use --run")
    }
    // What is in the folder is looked at under the lock: a training that goes on there changes it.
    lock = try RunLock(url)
    try clearLeftovers()
    let exists = FileManager.default.fileExists(atPath: list.path)
    let hasRecipe = FileManager.default.fileExists(atPath: recipe.path)
    if resume {
      guard exists else {
        throw UnrollError(.noInput, file: url.path, Self.noCheckpoint, advice: "leave out --resume to start it anew")
      }
      do {
        entries = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: list))
      } catch {
        throw UnrollError(
          .badData, file: list.path, "the list of checkpoints cannot be read",
          advice: "put it back as it was, or start a new run with --run")
      }
      // Files that leave the list are removed, so it may name nothing but checkpoints of this folder.
      for entry in entries where !Self.names(step: entry.step).contains(entry.file) {
        throw UnrollError(
          .badData, file: list.path, "\"\(entry.file)\" is no name of a checkpoint of step \(entry.step)",
          advice: "the list was edited; put it back as it was")
      }
      return
    }
    if hasRecipe && !exists { try clearUnbegun() }
    if exists { throw Self.taken(url) }
  }

  /// Finds out, without making the folder, whether there is no run to resume or already one in the way of a new one.
  package static func check(_ url: URL, resume: Bool) throws {
    let exists = { (name: String) in FileManager.default.fileExists(atPath: url.appending(path: name).path) }
    if resume, !exists("checkpoints.json"), !exists("recipe.yaml") {
      throw UnrollError(
        .noInput, file: url.path, "there is no run to resume", advice: "leave out --resume to start one")
    }
    if !resume, exists("checkpoints.json") {
      // A training that goes on there is told first: its run cannot be continued yet.
      _ = try RunLock(url)
      throw taken(url)
    }
  }

  private static func taken(_ url: URL) -> UnrollError {
    UnrollError(
      .cannotCreate, file: url.path, "there is a run in this folder",
      advice: "continue it with --resume, or name another folder with --run")
  }

  /// Removes what a killed process left half-written. A model that was being replaced is put back if nothing is in its
  /// place. Called under the lock.
  private func clearLeftovers() throws {
    let files = FileManager.default
    do {
      for name in try files.contentsOfDirectory(atPath: url.path).sorted() {
        let leftover = url.appending(path: name)
        if name.hasPrefix(".model-"), name.hasSuffix(".old"), !files.fileExists(atPath: model.path) {
          try files.moveItem(at: leftover, to: model)
        } else if name.hasPrefix(".model-") || (name.hasPrefix(".unroll-") && name.hasSuffix(".partial")) {
          try files.removeItem(at: leftover)
        }
      }
    } catch {
      throw UnrollError(
        .cannotCreate, file: url.path, "what a killed training left cannot be removed: \(error.localizedDescription)",
        advice: "check the folder's permissions")
    }
  }

  /// Removes what a run left that ended before its first checkpoint, such as one whose data did not fit its recipe: there is
  /// nothing to go on from. Only a model that it had written already is worth keeping. Called under the lock.
  private func clearUnbegun() throws {
    let files = FileManager.default
    guard !files.fileExists(atPath: model.path) else {
      throw UnrollError(
        .cannotCreate, file: url.path, "\(Self.noCheckpoint), but has a model",
        advice: "remove the folder and start again, or name another with --run")
    }
    let beginnings = ["log.jsonl", "data.yaml", "source.", "target.", "joint.", "events.out.tfevents."]
    do {
      for name in try files.contentsOfDirectory(atPath: url.path).sorted()
      where beginnings.contains(where: name.hasPrefix) {
        try files.removeItem(at: url.appending(path: name))
      }
      // Last, so that what is left after a kill is cleared the next time.
      try files.removeItem(at: recipe)
    } catch {
      throw UnrollError(
        .cannotCreate, file: url.path, "what an earlier run left cannot be removed: \(error.localizedDescription)",
        advice: "check the folder's permissions")
    }
  }

  /// The names that a checkpoint of a step can have.
  private static func names(step: Int) -> [String] {
    ["", "-final"].map { "checkpoint-\(step)\($0).safetensors" }
  }

  /// Saves the whole state and forgets all but the newest `count` (at least two).
  package mutating func save(
    _ parameters: [NamedParameter], _ optimizer: Optimizer, _ progress: LearningProgress, keeping count: Int = 2
  ) throws {
    var timeless = progress
    timeless.seconds = saved?.seconds ?? 0
    if timeless == saved { return }
    // A step is saved twice when it is validated after its checkpoint. The old file stays until the list is written.
    let names = Self.names(step: progress.step)
    let name = entries.contains { $0.file == names[0] } ? names[1] : names[0]
    let file = url.appending(path: name)
    try Checkpoint.write(to: file, parameters: parameters, optimizer: optimizer, progress: progress)
    let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    let entry = Entry(file: name, step: progress.step, bytes: size, sha256: try SHA256.hexDigest(ofFile: file))
    let kept = entries.filter { $0.step != progress.step }.prefix(max(count, 2) - 1)
    unlisted += entries.filter { !kept.contains($0) }.map(\.file)
    entries = [entry] + kept
    saved = progress
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(Array(encoder.encode(entries)), to: list)
    for gone in unlisted.map({ url.appending(path: $0) })
    where gone != file && FileManager.default.fileExists(atPath: gone.path) {
      try FileManager.default.removeItem(at: gone)
    }
    unlisted = []
  }

  /// Puts the newest whole checkpoint back; `warn` is told of each that is damaged. Those are forgotten, so that training
  /// saves their steps again.
  package mutating func restore(
    _ parameters: [NamedParameter], _ optimizer: inout Optimizer, warn: (String) -> Void
  ) throws -> LearningProgress {
    while let entry = entries.first {
      let file = url.appending(path: entry.file)
      if let damage = try damage(of: entry, file) {
        warn("\(file.path): the checkpoint of step \(entry.step) is \(damage); trying the one before")
        unlisted.append(entry.file)
        entries.removeFirst()
        continue
      }
      let progress = try Checkpoint.read(file, into: parameters, optimizer: &optimizer)
      saved = progress
      return progress
    }
    throw UnrollError(.badData, file: url.path, "no checkpoint of this run is whole", advice: "start a new run")
  }

  private func damage(of entry: Entry, _ file: URL) throws -> String? {
    guard FileManager.default.fileExists(atPath: file.path) else { return "missing" }
    do {
      return try SHA256.hexDigest(ofFile: file) == entry.sha256 ? nil : "damaged (wrong checksum)"
    } catch let error as UnrollError {
      return "unreadable (\(error.what))"
    }
  }
}
