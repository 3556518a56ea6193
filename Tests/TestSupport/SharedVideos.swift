package import Foundation

/// A video of `../shared/data/videos`, with what the programs of FFmpeg say of it.
package struct SharedVideo {
  package let url: URL
  /// The columns of expected.tsv by their names; `-` where there is nothing.
  private let columns: [String: String]

  package subscript(column: String) -> String { columns[column] ?? "-" }

  package var name: String { url.lastPathComponent }
  /// Frames that decode; 0 for what is no video.
  package var frames: Int { Int(self["decoded"]) ?? 0 }
  package var decodes: Bool { frames > 0 }
  /// The stored size, before it is turned upright.
  package var width: Int? { Int(self["w"]) }
  /// The stored size, before it is turned upright.
  package var height: Int? { Int(self["h"]) }

  fileprivate init(_ url: URL, _ columns: [String: String]) {
    self.url = url
    self.columns = columns
  }
}

/// The videos in `../shared` and their folder; nil where that is absent.
package func sharedVideos(test: String = #function) throws -> (folder: URL, videos: [SharedVideo])? {
  guard let folder = sharedFolder(test: test)?.appending(path: "data/videos") else { return nil }
  let table = try String(contentsOf: folder.appending(path: "expected.tsv"), encoding: .utf8)
  let rows = table.split(separator: "\n").map {
    $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
  let names = rows.first ?? []
  return (
    folder,
    rows.dropFirst().map { row in
      SharedVideo(folder.appending(path: row[0]), Dictionary(uniqueKeysWithValues: zip(names, row)))
    }
  )
}
