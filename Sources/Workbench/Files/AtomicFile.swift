import Diagnostics
package import Foundation

/// Files that are either there in full or not there at all: written beside the target, synced, then renamed over it.
///
/// A reader never sees half a file, and a failed write leaves the old one as it was. The process must ignore SIGXFSZ
/// (``ProcessSignals/ignoreFileSizeLimit()``), or a file size limit ends it before an error can be reported.
package enum AtomicFile {
  /// Writes what `body` appends to `url`, replacing a file that is there.
  ///
  /// A symbolic link is followed, so that the file it names is replaced and the link stays.
  /// - Parameter outlastsPowerCut: Whether to wait until the disk has it. Without, a file can be missing or empty after a power
  ///   cut: right for many small files that a command makes again.
  /// - Throws: `.cannotCreate` when the file cannot be made there, `.inputOutput` when writing it fails, or what
  ///   `body` throws; the temporary file is removed in every case.
  package static func write(
    to url: URL, outlastsPowerCut: Bool = true, _ body: (inout FileSink) throws -> Void
  ) throws {
    let target = try checkedTarget(url)
    let shownName = url.relativePath
    let folder = target.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(temporaryName()).path
    try UnfinishedFile.tracking(temporary) {
      try write(temporary, then: target, shownName: shownName, outlastsPowerCut: outlastsPowerCut, body)
    }
    if outlastsPowerCut { try synchronizeFolder(folder) }
  }

  /// Writes the temporary file and puts it in place, or removes it.
  private static func write(
    _ temporary: String, then target: URL, shownName: String, outlastsPowerCut: Bool,
    _ body: (inout FileSink) throws -> Void
  ) throws {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw UnrollError.system(.cannotCreate, code: errno, file: shownName, "cannot create the file")
    }
    do {
      try fill(descriptor, shownName: shownName, outlastsPowerCut: outlastsPowerCut, body)
      if rename(temporary, target.path) != 0 {
        throw UnrollError.system(.cannotCreate, code: errno, file: shownName, "cannot put the file in place")
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes `bytes` to `url`. Throws as ``write(to:outlastsPowerCut:_:)`` does.
  package static func write(_ bytes: [UInt8], to url: URL) throws {
    try write(to: url) { try $0.append(bytes) }
  }

  /// Writes `text` to `url` as UTF-8. Throws as ``write(to:outlastsPowerCut:_:)`` does.
  package static func write(_ text: String, to url: URL) throws {
    try write(to: url) { try $0.append(text) }
  }

  /// The file to replace. Renaming over a device would destroy it for the whole machine (`/dev/null` as root), so
  /// only regular files are replaced.
  private static func checkedTarget(_ url: URL) throws -> URL {
    let target = url.resolvingSymlinksInPath()
    var status = stat()
    guard stat(target.path, &status) == 0 else { return target }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return target
    case S_IFDIR:
      throw UnrollError.system(.cannotCreate, code: EISDIR, file: url.relativePath, "cannot create the file")
    default:
      throw UnrollError(
        .cannotCreate, file: url.relativePath, "cannot be replaced: it is a device or a pipe", advice: "name a file")
    }
  }

  private static func temporaryName() -> String {
    ".unroll-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
  }

  /// Writes and syncs the descriptor, and closes it whatever happens.
  private static func fill(
    _ descriptor: Int32, shownName: String, outlastsPowerCut: Bool, _ body: (inout FileSink) throws -> Void
  ) throws {
    var sink = FileSink(descriptor: descriptor, shownName: shownName)
    do {
      try body(&sink)
      try sink.flush()
      if outlastsPowerCut && fsync(descriptor) != 0 {
        throw UnrollError.system(.inputOutput, code: errno, file: shownName, "cannot write")
      }
    } catch {
      close(descriptor)
      throw error
    }
    // A network file system may report a full disk only here.
    if close(descriptor) != 0 {
      throw UnrollError.system(.inputOutput, code: errno, file: shownName, "cannot write")
    }
  }

  /// Makes the rename itself last through a power cut. File systems that cannot sync a folder say EINVAL.
  private static func synchronizeFolder(_ folder: URL) throws {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder may be writable and not readable: the file is in place, only the sync is not possible.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 && errno != EINVAL {
      throw UnrollError.system(.inputOutput, code: errno, file: folder.path, "cannot sync the folder")
    }
  }
}
