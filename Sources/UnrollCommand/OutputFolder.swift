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
}
