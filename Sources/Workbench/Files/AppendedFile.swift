import Diagnostics
import Foundation

/// A file that is written at its end only, each piece at once, so that a crash loses nothing but the piece being written.
final class AppendedFile: Sendable {
  private let name: String
  private let what: String
  private let descriptor: Int32

  /// Opens the file, and makes it if it is not there.
  ///
  /// - Parameters:
  ///   - what: What errors call it, such as "the log".
  ///   - bytes: How much of it to keep; nil for all.
  /// - Throws: `.cannotCreate` when it cannot be opened, `.inputOutput` when it cannot be cut.
  init(_ url: URL, _ what: String, keeping bytes: Int? = nil) throws {
    name = url.relativePath
    self.what = what
    let opened = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard opened >= 0 else {
      throw UnrollError.system(.cannotCreate, code: errno, file: url.relativePath, "cannot open \(what)")
    }
    if let bytes, ftruncate(opened, off_t(bytes)) != 0 {
      let code = errno
      close(opened)
      throw UnrollError.system(.inputOutput, code: code, file: url.relativePath, "cannot shorten \(what)")
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Appends bytes. Throws `.inputOutput` when they cannot be written.
  func append(_ bytes: [UInt8]) throws {
    let written = bytes.withUnsafeBytes { bytes -> Int in
      var result = -1
      repeat { result = write(descriptor, bytes.baseAddress, bytes.count) } while result < 0 && errno == EINTR
      return result
    }
    guard written == bytes.count else {
      // A file that takes only a part of a piece has no room for the rest.
      throw UnrollError.system(.inputOutput, code: written < 0 ? errno : ENOSPC, file: name, "cannot write \(what)")
    }
  }
}
