package import Foundation

/// The folder `../shared` beside the package, with data too large to keep in it; nil where it is absent.
///
/// A test that gets nil returns at once. The line printed here is what `.ci/run` looks for, so that a test cannot be
/// skipped without notice.
package func sharedFolder(test: String = #function) -> URL? {
  let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let shared = package.deletingLastPathComponent().appendingPathComponent("shared")
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: shared.path, isDirectory: &isFolder), isFolder.boolValue { return shared }
  print("skipped: ../shared is absent (\(test))")
  return nil
}
