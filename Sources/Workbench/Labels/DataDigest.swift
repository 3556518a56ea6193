import Diagnostics
import Foundation

/// What many files are together, for provenance: a digest over their names and what is known of them.
struct DataDigest {
  private var digest = SHA256()
  private var bytes = 0

  /// Adds a file by its contents. Throws `.noInput` and `.inputOutput`.
  mutating func add(contentsOf url: URL) throws {
    add(name: url.lastPathComponent, bytes: try InputFile(url).size, try SHA256.hexDigest(ofFile: url))
  }

  /// Adds a large file by its size. Throws `.noInput`.
  mutating func add(sizeOf url: URL) throws {
    add(name: url.lastPathComponent, bytes: try InputFile(url).size, "")
  }

  private mutating func add(name: String, bytes: Int, _ content: String) {
    self.bytes += bytes
    Array("\(name)\t\(bytes)\t\(content)\n".utf8).withUnsafeBytes { digest.update($0) }
  }

  /// The record of all files together, under the name of what they are.
  func record(_ name: String) -> FileRecord { FileRecord(name: name, bytes: bytes, sha256: digest.hexDigest()) }
}
