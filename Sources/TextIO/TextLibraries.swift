import CSentencePiece
import CZlib
import Foundation

/// The libraries that text is read and cut with.
package enum TextLibraries {
  /// The version of zlib that this process runs on, such as `1.2.13`.
  package static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }

  /// The version of SentencePiece that this process runs on, such as `0.1.97`.
  ///
  /// The library itself does not tell. Its package does, in the pkg-config file beside the library that was loaded; where
  /// that file was not installed, the answer is `unknown` and the path of the library.
  package static var sentencePieceVersion: String {
    guard let path = unroll_sp_library_path() else { return "unknown" }
    let library = URL(fileURLWithPath: String(cString: path)).resolvingSymlinksInPath()
    let package = library.deletingLastPathComponent().appending(path: "pkgconfig/sentencepiece.pc")
    // Read without complaint: a file that is not there means unknown.
    let lines = (FileManager.default.contents(atPath: package.path) ?? Data()).split(separator: UInt8(ascii: "\n"))
    let version = lines.map { String(decoding: $0, as: UTF8.self) }.first { $0.hasPrefix("Version:") }
    guard let version else { return "unknown (\(library.path))" }
    return version.dropFirst("Version:".count).trimmingCharacters(in: .whitespaces)
  }
}
