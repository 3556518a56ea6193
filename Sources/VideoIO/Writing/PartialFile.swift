import Diagnostics
import Foundation

/// A file that is written beside its place and renamed in the end; removed when that does not happen.
final class PartialFile {
  /// Open for writing.
  let descriptor: Int32
  /// The name for errors.
  let name: String
  private let target: URL
  private let temporary: String
  private var isOpen = true

  /// Creates the file. Throws `cannotCreate` when that cannot be, or the target is a folder or a device.
  init(for url: URL) throws {
    guard url.isFileURL else {
      throw UnrollError(.cannotCreate, file: url.absoluteString, "is no local file", advice: "name a file")
    }
    name = url.relativePath
    target = try Self.checkedTarget(url)
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    temporary = target.deletingLastPathComponent().appending(path: ".unroll-\(getpid())-\(unique).partial").path
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw UnrollError.system(.cannotCreate, code: errno, file: name, "cannot create the video")
    }
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(temporary)
  }

  /// Makes the bytes last and puts the file in its place. Throws `inputOutput` or `cannotCreate`; the file is gone then.
  func commit() throws {
    guard fsync(descriptor) == 0 else {
      throw UnrollError.system(.inputOutput, code: errno, file: name, "cannot write the video")
    }
    isOpen = false
    // A network file system may report a full disk only here.
    guard close(descriptor) == 0 else {
      let code = errno
      unlink(temporary)
      throw UnrollError.system(.inputOutput, code: code, file: name, "cannot write the video")
    }
    guard rename(temporary, target.path) == 0 else {
      let code = errno
      unlink(temporary)
      throw UnrollError.system(.cannotCreate, code: code, file: name, "cannot put the video in its place")
    }
    synchronizeFolder()
  }

  /// A symbolic link is followed. Renaming over a device would destroy it for the whole machine.
  private static func checkedTarget(_ url: URL) throws -> URL {
    let target = url.resolvingSymlinksInPath()
    var status = stat()
    guard stat(target.path, &status) == 0 else { return target }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return target
    case S_IFDIR:
      throw UnrollError.system(.cannotCreate, code: EISDIR, file: url.relativePath, "cannot create the video")
    default:
      throw UnrollError(
        .cannotCreate, file: url.relativePath, "cannot be replaced: it is a device or a pipe", advice: "name a file")
    }
  }

  /// Makes the new name last through a power cut, where the system can: the video itself is in place already.
  private func synchronizeFolder() {
    let folder = open(target.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
