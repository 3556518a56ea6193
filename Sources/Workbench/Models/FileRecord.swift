package import Foundation

/// A file as it was when someone wrote down its size and digest.
package struct FileRecord: Sendable, Equatable {
  /// The file's name without folders.
  package var name: String
  /// Its size in bytes.
  package var bytes: Int
  /// Its SHA-256, 64 lower-case hexadecimal digits.
  package var sha256: String

  /// Makes a record from what is known.
  package init(name: String, bytes: Int, sha256: String) {
    self.name = name
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// Reads and digests a file. Throws `.noInput` or `.inputOutput` when it cannot be read.
  package init(of url: URL) throws {
    self.init(
      name: url.lastPathComponent, bytes: try InputFile(url).size, sha256: try SHA256.hexDigest(ofFile: url))
  }
}

extension FileRecord: KeyedSection {
  package static let blank = FileRecord(name: "", bytes: 0, sha256: "")
  package static let keys: [SectionKey<FileRecord>] = [
    SectionKey("name", \.name, .text("a file name"), required: true),
    SectionKey("bytes", \.bytes, .integer(.atLeast(0)), required: true),
    SectionKey("sha256", \.sha256, .sha256, required: true),
  ]
}

extension Codec where Value == FileRecord {
  /// A file of a model folder: its name must not lead out of the folder.
  static var inModelFolder: Codec {
    Codec(
      read: { field in
        let record = try FileRecord.read(field)
        _ = try Codec<String>.modelFile.read(field.nearest("name"))
        return record
      },
      write: { $0.node })
  }
}

extension Codec where Value == String {
  /// The name of a file in a model folder.
  static var modelFile: Codec { .name("a file of a model folder") }

  fileprivate static var sha256: Codec {
    let text = Codec.text("a SHA-256 digest")
    return Codec(
      read: { field in
        let digest = try text.read(field)
        guard digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
          throw field.error("expected a SHA-256 digest of 64 hexadecimal digits, found \(field.node.summary)")
        }
        return digest
      },
      write: text.write)
  }
}
