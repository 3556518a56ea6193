import Diagnostics
import Foundation

/// The names of what is in a folder, sorted.
///
/// - Throws: `UnrollError` of the given kind when the folder cannot be read.
func sortedNames(
  in folder: URL, _ kind: UnrollError.Kind = .noInput, advice: String = "check its permissions"
) throws -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  } catch {
    throw UnrollError(kind, file: folder.relativePath, "the folder cannot be read", advice: advice)
  }
}
