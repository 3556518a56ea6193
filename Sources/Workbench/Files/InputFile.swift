import Diagnostics
package import Foundation

/// A regular file open for reading at any position, closed when the last holder lets go.
///
/// Reading by position (`pread`) keeps no shared cursor, so several threads may read at once; and unlike a memory map,
/// a file cut short by someone else while it is read gives an error instead of a signal.
package final class InputFile: Sendable {
  /// The path as the user wrote it, for errors.
  package let name: String
  /// The size in bytes when the file was opened.
  package let size: Int
  private let descriptor: Int32

  /// Opens `url`. Throws `.noInput` when it is missing, unreadable, or not a regular file.
  package init(_ url: URL) throws {
    name = url.relativePath
    // A pipe without a writer would block the open for ever.
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw UnrollError.system(.noInput, code: errno, file: url.relativePath, "cannot read the file")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw UnrollError(.noInput, file: url.relativePath, "is not a regular file", advice: "name a file")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `destination` with the bytes from `offset` on.
  ///
  /// Throws `.inputOutput` when the read fails or the file ends before `destination` is full.
  package func read(into destination: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < destination.count {
      guard let base = destination.baseAddress else { return }
      let count = pread(descriptor, base + done, destination.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw UnrollError.system(.inputOutput, code: errno, file: name, "cannot read the file")
      }
      if count == 0 {
        throw UnrollError(.inputOutput, file: name, "the file became shorter while it was read")
      }
      done += count
    }
  }

  /// `count` bytes from `offset` on. Throws as ``read(into:at:)`` does.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset)
      initialized = count
    }
  }
}
