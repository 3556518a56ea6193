import Foundation

/// Writes a text file into a folder.
@discardableResult
func write(_ text: String, _ name: String, _ folder: URL) throws -> URL {
  let url = folder.appending(path: name)
  try Data(text.utf8).write(to: url)
  return url
}
