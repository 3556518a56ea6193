import Diagnostics
import Foundation

/// The folder of `--out`.
enum OutputFolder {
  /// Makes the folder if there is none. Throws `usage` for an empty name, `cannotCreate` where it cannot be made.
  static func make(_ path: String) throws -> URL {
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

  /// The file for what is found in a video, called as the video is. Throws `usage` when another video is called so.
  static func file(
    for video: String, in folder: URL, ending: String, besides names: inout Set<String>
  ) throws -> String {
    let stem = video == "-" ? "stdin" : URL(fileURLWithPath: video).deletingPathExtension().lastPathComponent
    guard names.insert(stem).inserted else {
      throw UnrollError(.usage, file: video, "two videos are called \(stem)", advice: "take one after the other")
    }
    return folder.appending(path: "\(stem).\(ending)").relativePath
  }
}
