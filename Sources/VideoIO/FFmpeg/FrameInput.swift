import Diagnostics
import Foundation

/// Where the bytes of a video come from.
enum FrameInput: Sendable {
  /// A regular file: can be read again and in any order.
  case file(path: String, name: String)
  /// A pipe or a device by its path: can be read once.
  case pipe(path: String, name: String)
  /// An open descriptor, which stays its owner's.
  case descriptor(Int32, name: String, isRegular: Bool)
  /// Something that FFmpeg fetches.
  case network(address: String)

  /// Looks at what `url` names. Throws `noInput` when it is missing or a folder, `usage` when it is on a network that may
  /// not be asked.
  init(_ url: URL, allowsNetwork: Bool) throws {
    guard url.isFileURL else {
      guard allowsNetwork else {
        throw UnrollError(
          .usage, file: url.absoluteString, "is not a local file, and the network may not be used",
          advice: "download it first, or allow the network (--network)")
      }
      self = .network(address: url.absoluteString)
      return
    }
    let name = url.relativePath
    var status = stat()
    guard stat(url.path, &status) == 0 else {
      let code = errno
      // Bytes that are no UTF-8 have become this character before they come here, and nothing is found by it.
      if code == ENOENT, name.unicodeScalars.contains("\u{FFFD}") {
        throw UnrollError(
          .noInput, file: name, "cannot open the video: its name, or that of its folder, is not UTF-8",
          advice: "rename it")
      }
      throw UnrollError.system(.noInput, code: code, file: name, "cannot open the video")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file(path: url.path, name: name)
    case S_IFDIR:
      throw UnrollError(.noInput, file: name, "is a folder, and a video is needed", advice: "name a file in it")
    default: self = .pipe(path: url.path, name: name)
    }
  }

  /// The name for errors.
  var name: String {
    switch self {
    case .file(_, let name), .pipe(_, let name), .descriptor(_, let name, _): name
    case .network(let address): address
    }
  }

  /// Whether it can be opened anew and gives the same bytes again.
  var isFile: Bool {
    switch self {
    case .file: true
    case .descriptor(_, _, let isRegular): isRegular
    case .pipe, .network: false
    }
  }

  /// What FFmpeg takes for the address; a playlist's entries are looked for beside it.
  var address: String {
    switch self {
    case .file(let path, _), .pipe(let path, _): "file:\(path)"
    case .descriptor: ""
    case .network(let address): address
    }
  }

  /// Opens the bytes; nil where FFmpeg does that itself. Throws `noInput`.
  func open(_ stop: StopFlag) throws -> InputChannel? {
    switch self {
    case .file(let path, let name), .pipe(let path, let name):
      // A pipe without a writer would block here for ever: it is opened at once and waited for in `poll`.
      let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else {
        throw UnrollError.system(.noInput, code: errno, file: name, "cannot open the video")
      }
      return try InputChannel(descriptor: descriptor, ownsDescriptor: true, name: name, stop: stop)
    case .descriptor(let descriptor, let name, _):
      return try InputChannel(descriptor: descriptor, ownsDescriptor: false, name: name, stop: stop)
    case .network: return nil
    }
  }
}
