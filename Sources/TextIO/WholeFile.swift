import Diagnostics
package import Foundation

/// Reading a file in one piece, with errors that say what a user can do.
package enum WholeFile {
  /// All bytes of a file. Throws `noInput` when it is missing, a folder or not readable, `inputOutput` when reading stops.
  package static func read(_ url: URL) throws -> [UInt8] {
    let name = url.relativePath
    let descriptor = try openForReading(url)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(.inputOutput, name, "cannot be read") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { block.deallocate() }
    while true {
      let count = Foundation.read(descriptor, block.baseAddress, block.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: block[..<count])
      } else if errno != EINTR {
        throw failure(.inputOutput, name, "reading stopped")
      }
    }
  }

  /// A descriptor open for reading. Throws `noInput` when the file is missing, a folder or not readable.
  static func openForReading(_ url: URL) throws -> Int32 {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(.noInput, url.relativePath, "cannot be opened") }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw UnrollError(
        .noInput, file: url.relativePath, "this is a folder, and a file is needed", advice: "name a file in it")
    }
    return descriptor
  }

  /// An error that ends in the system's reason, which is taken from `errno` at the time of the call.
  static func failure(_ kind: UnrollError.Kind, _ name: String, _ what: String) -> UnrollError {
    let reason = String(cString: strerror(errno)).lowercased()
    return UnrollError(kind, file: name, "\(what): \(reason)")
  }
}
