import Diagnostics
import Foundation

/// The file of a clip that a list names.
enum ClipFile {
  /// Checks that a file which is named somewhere in a folder can be opened, so that it is told of with all else that is wrong.
  ///
  /// Throws `.badData` for a link to nothing, a folder, a pipe and what may not be read.
  static func check(_ file: URL) throws {
    func fault(_ what: String, _ advice: String) -> UnrollError {
      UnrollError(.badData, file: file.relativePath, what, advice: advice)
    }
    let instead = "put the clip there, or remove its line from the list"
    var status = stat()
    guard stat(file.path, &status) == 0 else {
      if lstat(file.path, &status) == 0 { throw fault("is a link to a file that is not there", instead) }
      // What is no UTF-8 comes from the system as this character, and nothing is found by it.
      if file.lastPathComponent.unicodeScalars.contains("\u{FFFD}") {
        throw fault("has a name that is not UTF-8", "rename it, and its line in the list")
      }
      throw fault("is not there any more", instead)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw fault("is a folder, and a clip is needed", instead)
    default: throw fault("is not a regular file", instead)
    }
    do {
      _ = try InputFile(file)
    } catch let problem as UnrollError {
      throw fault(problem.what, problem.advice ?? instead)
    }
  }
}
