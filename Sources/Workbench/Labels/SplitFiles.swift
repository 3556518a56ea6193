import Diagnostics
import Foundation
import TextIO

/// The files that say which clip is in which split, relative to the folder of the data.
package struct SplitFiles: Sendable, Equatable {
  package var train: String
  /// nil: `splits/valid.bundle` if it is there.
  package var valid: String?
  /// nil: `splits/test.bundle` if it is there.
  package var test: String?

  package init(train: String = "splits/train.bundle", valid: String? = nil, test: String? = nil) {
    self.train = train
    self.valid = valid
    self.test = test
  }

  /// The files with where their clips go. Throws `.noInput` when one that was named is missing.
  func present(in folder: URL) throws -> [(split: WritableKeyPath<LabelledClips, [LabelledClip]>, file: URL)] {
    var found: [(WritableKeyPath<LabelledClips, [LabelledClip]>, URL)] = [(\.train, folder.appending(path: train))]
    for (split, name, usual) in [
      (\LabelledClips.valid, valid, "splits/valid.bundle"), (\LabelledClips.test, test, "splits/test.bundle"),
    ] {
      let file = folder.appending(path: name ?? usual)
      if name != nil || FileManager.default.fileExists(atPath: file.path) { found.append((split, file)) }
    }
    for (_, file) in found where !FileManager.default.fileExists(atPath: file.path) {
      throw UnrollError(
        .noInput, file: file.relativePath, "there is no such list of clips",
        advice: "write the names of its clips into it, a line each, or name another file in the recipe")
    }
    return found
  }
}

/// A list of clips: `NAME.txt` a line.
struct SplitList {
  struct Entry {
    let name: String
    let file: String
    let line: Int
  }

  private(set) var entries: [Entry] = []

  /// Reads a list; clips that it has twice and names that lead out of the folder become problems.
  ///
  /// Throws `.noInput`, and `.badData` for a list without a clip.
  init(contentsOf url: URL, _ problems: inout DataProblems) throws {
    let lines = try LineReader(url)
    var known: [String: Int] = [:]
    while let line = try lines.next() {
      let text = line.text.trimmingCharacters(in: .whitespaces)
      if text.isEmpty { continue }
      let name = text.hasSuffix(".txt") ? String(text.dropLast(4)) : text
      func problem(_ what: String, _ advice: String) {
        problems.add(UnrollError(.badData, file: lines.name, line: line.number, what, advice: advice))
      }
      if name.isEmpty || name.contains("/") {
        problem("'\(text)' is not the name of a clip", "write the name of a file in groundTruth")
      } else if let other = known[name] {
        problem("the clip \(name) is there already in line \(other)", "remove one of them")
      } else {
        known[name] = line.number
        entries.append(Entry(name: name, file: lines.name, line: line.number))
      }
    }
    guard !entries.isEmpty || !problems.all.isEmpty else {
      throw UnrollError(.badData, file: lines.name, "there is no clip in it", advice: "write a name a line")
    }
  }
}
