import ArgumentParser
import Diagnostics
import Foundation

/// Where what is found in videos goes: `--output` and `--out`.
struct OutputPlaces: ParsableArguments {
  @Option(help: ArgumentHelp("Write to a file, which appears when it is complete.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("Write a file for each video into this folder, made if there is none.", valueName: "folder"))
  var out: String?

  func validate() throws {
    if out != nil, output != nil { throw ValidationError("Give one of --out and --output.") }
  }

  /// The file for each video, nil for standard output; the folder of `--out` is made if there is none.
  ///
  /// - Parameters:
  ///   - videos: The videos, `-` for standard input.
  ///   - ending: What the names of files in the folder end in.
  /// - Throws: `UnrollError` of kind `usage` when two videos would have one file, or a file would replace a video;
  ///   `cannotCreate` where the folder cannot be made.
  func targets(of videos: [String], ending: String) throws -> [String?] {
    guard let out else {
      try Self.check(output.map { [$0] } ?? [], against: videos)
      return videos.map { _ in output }
    }
    let folder = try Self.folder(out)
    var names = Set<String>()
    let targets = try videos.map { video in
      let stem = video == "-" ? "stdin" : URL(fileURLWithPath: video).deletingPathExtension().lastPathComponent
      guard names.insert(stem).inserted else {
        throw UnrollError(.usage, file: video, "two videos are called \(stem)", advice: "take one after the other")
      }
      return folder.appending(path: "\(stem).\(ending)").relativePath
    }
    try Self.check(targets, against: videos)
    return targets
  }

  /// Throws `usage` when one of `targets` has no name or is one of `others`, by whatever name.
  static func check(_ targets: [String], against others: [String]) throws {
    for target in targets where target != "-" {
      if target.isEmpty {
        throw UnrollError(.usage, "the name of a file to write is empty", advice: "name one, or leave out the option")
      }
      if let other = others.first(where: { $0 != "-" && identity($0) == identity(target) }) {
        throw UnrollError(.usage, file: target, "would replace \(other)", advice: "give it another name")
      }
    }
  }

  /// What is the same for all names of a file.
  private static func identity(_ path: String) -> String {
    var status = stat()
    if stat(path, &status) == 0 { return "\(status.st_dev):\(status.st_ino)" }
    return URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// Makes the folder if there is none. Throws `usage` for an empty name, `cannotCreate` where it cannot be made.
  static func folder(_ path: String) throws -> URL {
    if path.isEmpty { throw UnrollError(.usage, "the name of the folder is empty", advice: "name one with --out") }
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw UnrollError(
        .cannotCreate, file: path, "the folder cannot be created",
        advice: "check that nothing else has its name, and that you may write there")
    }
    return folder
  }
}
