import Diagnostics
package import Foundation

/// Replaces a whole folder so that its old or its new contents are there, never a mixture.
package enum FolderSwap {
  /// Lets `fill` make the new contents in a fresh folder beside `url`, then puts it in place.
  ///
  /// Throws `.cannotCreate` when a folder cannot be made or moved, and whatever `fill` throws; the old one then stays.
  package static func replace(_ url: URL, _ fill: (_ fresh: URL) throws -> Void) throws {
    let parent = url.deletingLastPathComponent()
    let stem = ".\(url.lastPathComponent)-\(ProcessInfo.processInfo.processIdentifier)"
    let fresh = parent.appending(path: stem + ".new")
    let old = parent.appending(path: stem + ".old")
    let files = FileManager.default
    do {
      for leftover in [fresh, old] where files.fileExists(atPath: leftover.path) { try files.removeItem(at: leftover) }
      try files.createDirectory(at: fresh, withIntermediateDirectories: true)
    } catch {
      throw UnrollError(.cannotCreate, file: url.path, "the folder cannot be created", advice: "check its permissions")
    }
    do {
      try fill(fresh)
      if files.fileExists(atPath: url.path) {
        try files.moveItem(at: url, to: old)
        try files.moveItem(at: fresh, to: url)
        try files.removeItem(at: old)
      } else {
        try files.moveItem(at: fresh, to: url)
      }
    } catch let error as UnrollError {
      discard(fresh)
      throw error
    } catch {
      discard(fresh)
      throw UnrollError(
        .cannotCreate, file: url.path, "the folder cannot be replaced: \(error.localizedDescription)",
        advice: "check its permissions")
    }
  }

  /// A failure to tidy up must not hide the failure that made it necessary.
  private static func discard(_ folder: URL) {
    do { try FileManager.default.removeItem(at: folder) } catch {}
  }
}
