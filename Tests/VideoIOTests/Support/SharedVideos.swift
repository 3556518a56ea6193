import Foundation
import TestSupport

/// One line of the list of videos that others collected, with what the ffmpeg program says of it.
struct SharedVideo {
  let url: URL
  /// How many frames can be decoded; nil where there is no video or nothing of it can be opened.
  let decoded: Int?
  let width: Int?
  let height: Int?

  var name: String { url.lastPathComponent }
  var decodes: Bool { (decoded ?? 0) > 0 }
}

/// The videos of `../shared/data/videos`; nil where they are absent.
func sharedVideos(test: String = #function) throws -> [SharedVideo]? {
  guard let folder = sharedFolder(test: test)?.appendingPathComponent("data/videos") else { return nil }
  let lines = try String(contentsOf: folder.appendingPathComponent("expected.tsv"), encoding: .utf8)
    .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  guard let header = lines.first else { return [] }
  return lines.dropFirst().map { fields in
    func field(_ name: String) -> String { header.firstIndex(of: name).map { fields[$0] } ?? "" }
    return SharedVideo(
      url: folder.appendingPathComponent(field("path")), decoded: Int(field("decoded")), width: Int(field("w")),
      height: Int(field("h")))
  }
}
