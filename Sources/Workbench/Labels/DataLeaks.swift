import Diagnostics
import Foundation

/// The same contents in two splits: figures measured on them are worth nothing.
struct DataLeaks {
  private(set) var findings: [DataFinding] = []

  /// Compares the files of clips. Only files of the same size are read. Throws `.inputOutput` when reading fails.
  init(_ clips: [(split: String, clip: LabelledClip)]) throws {
    for (first, second, name) in Self.shared(clips) {
      findings.append(
        DataFinding(
          .warning, .leak, name, "is in \(first) and in \(second)",
          advice: "this is right only where both are the same list"))
    }
    var sizes: [Int: [(split: String, url: URL)]] = [:]
    for (split, clip) in clips {
      // A file that cannot be opened has been found already.
      guard let url = clip.file, let size = Self.size(url) else { continue }
      sizes[size, default: []].append((split, url))
    }
    for files in sizes.values.sorted(by: { $0[0].url.path < $1[0].url.path }) where Set(files.map(\.split)).count > 1 {
      let contents = Dictionary(grouping: try files.map { ($0, try SHA256.hexDigest(ofFile: $0.url)) }) { $0.1 }
      for same in contents.values.map({ $0.map(\.0) }).sorted(by: { $0[0].url.path < $1[0].url.path }) {
        guard let other = same.first(where: { $0.split != same[0].split && $0.url != same[0].url }) else { continue }
        findings.append(
          DataFinding(
            .error, .leak, same[0].url.relativePath,
            "of \(same[0].split) has the same contents as \(other.url.relativePath) of \(other.split)",
            advice: "remove one of them"))
      }
    }
  }

  /// Clips in `valid` and `test`; those in `train` and another are errors that the lists were refused for.
  private static func shared(
    _ clips: [(split: String, clip: LabelledClip)]
  ) -> [(first: String, second: String, name: String)] {
    let tested = Set(clips.filter { $0.split == "test" }.map(\.clip.group))
    var known: Set<String> = []
    return clips.filter { $0.split == "valid" && tested.contains($0.clip.group) }.compactMap { _, clip in
      known.insert(clip.group).inserted ? ("valid", "test", clip.group) : nil
    }
  }

  private static func size(_ url: URL) -> Int? {
    do { return try InputFile(url).size } catch { return nil }
  }
}
