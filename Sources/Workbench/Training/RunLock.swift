import Diagnostics
import Foundation

/// Keeps a run folder to one process for as long as it lives. The system lets go when a process ends, however it ends.
final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock. Throws `.cannotCreate` when another training has it, or when the folder cannot be written.
  init(_ folder: URL) throws {
    let opened = open(folder.appending(path: "lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard opened >= 0 else {
      throw UnrollError.system(.cannotCreate, code: errno, file: folder.relativePath, "cannot lock the folder")
    }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(opened)
      guard code == EWOULDBLOCK else {
        throw UnrollError.system(.cannotCreate, code: code, file: folder.relativePath, "cannot lock the folder")
      }
      throw UnrollError(
        .cannotCreate, file: folder.relativePath, "a training is going on in this folder",
        advice: "wait for it, stop it, or name another folder with --run")
    }
    descriptor = opened
  }

  deinit { close(descriptor) }
}
