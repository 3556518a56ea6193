public import Foundation

extension UnrollError {
  /// What the system said when a file could not be opened, read, written or renamed, as an error with advice.
  ///
  /// - Parameters:
  ///   - kind: `.cannotCreate`, `.noInput` or `.inputOutput`.
  ///   - code: the value of `errno` right after the call that failed.
  ///   - file: the file or folder concerned.
  ///   - action: what was tried, as in "cannot create the file".
  package static func system(_ kind: Kind, code: Int32, file: String, _ action: String) -> UnrollError {
    let reason = String(cString: strerror(code)).lowercasedFirst
    return UnrollError(kind, file: file, "\(action): \(reason)", advice: advice(for: code, kind: kind))
  }

  private static func advice(for code: Int32, kind: Kind) -> String? {
    switch code {
    case ENOSPC, EDQUOT: "free some space or choose another folder"
    case EFBIG: "raise the file size limit (ulimit -f) or choose another file system"
    case EACCES, EPERM:
      kind == .noInput ? "ask for permission to read it" : "choose a folder that you may write"
    case EROFS: "choose a folder that you may write"
    case ENOTDIR: "a part of the path is a file, not a folder"
    case ENOENT: kind == .noInput ? "check the path" : "create the folder first"
    case EISDIR: "name a file, not a folder"
    case ENAMETOOLONG: "choose a shorter name"
    case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
    case EIO: "check the disk"
    default: nil
    }
  }
}

extension String {
  /// "No space left on device" → "no space left on device", so that it reads on after a colon.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension UnrollError: LocalizedError {
  /// The same line as `description`, for `localizedDescription`.
  public var errorDescription: String? { description }
}
