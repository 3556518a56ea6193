import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// A run of one step over clips in a folder.
struct CaptionDataRun {
  let folder: URL
  private static let recipe = """
    task: caption
    name: data
    data: {captions: captions.tsv, batch_size: 4, feature_cache: null}
    frames: {size: 16x16, color: gray}
    model: {channels: [2], hidden_size: 4, embedding_size: 3}
    training: {epochs: null, steps: 1, validate_every: 1}
    search: {beam_size: 1, max_length: 4}

    """

  /// Writes clips of a few frames with these file names into `clips`.
  init(_ folder: URL, clips: [String] = []) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder.appending(path: "clips"), withIntermediateDirectories: true)
    for (index, name) in clips.enumerated() {
      try TestClips.write(2 + index % 3, to: folder.appending(path: "clips/\(name)"), clip: index % 4)
    }
    try write("recipe.yaml", Self.recipe)
  }

  func write(_ name: String, _ text: String) throws {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Trains: what was said, and the test clips that got a caption.
  func train(_ overrides: [String] = [], notes: Notes = Notes()) throws -> (notes: [String], tested: [String]) {
    var request = TrainingRequest(recipe: folder.appending(path: "recipe.yaml"))
    request.overrides = overrides
    request.run = folder.appending(path: "run")
    _ = try trainModel(request, watch: notes.watch(isQuiet: false))
    let results = folder.appending(path: "run/test.json")
    guard FileManager.default.fileExists(atPath: results.path) else { return (notes.lines, []) }
    guard case .array(let captions) = try JSONReader.read(Array(Data(contentsOf: results))) else { return ([], []) }
    return (
      notes.lines,
      captions.compactMap { if case .string(let name)? = $0["image_id"] { name } else { nil } }
    )
  }

  /// Expects training to end in an error before a run is there; gives all lines that a user sees.
  func fails(_ overrides: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    let notes = Notes()
    let error = try unrollError { _ = try train(overrides, notes: notes) }
    #expect(error.kind == .badData || error.kind == .noInput, "\(error)", sourceLocation: sourceLocation)
    let run = folder.appending(path: "run")
    #expect(!FileManager.default.fileExists(atPath: run.path), sourceLocation: sourceLocation)
    return notes.lines.filter { $0.hasPrefix("warning: ") } + ["\(error)"]
  }
}
