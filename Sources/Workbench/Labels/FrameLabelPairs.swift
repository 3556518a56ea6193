import Diagnostics
package import Foundation
import TextIO

/// Labels that frames were given beside those that they have, of one clip or of a folder of clips.
package struct FrameLabelPairs: Sendable {
  /// One clip.
  package struct Pair: Sendable {
    /// The file of the labels that were given, as errors name it.
    package let name: String
    package let predicted: [String?]
    package let truth: [String?]
    /// How many labels at the end of the longer one were left out.
    package let cut: Int
  }

  /// Endings that do not belong to a clip's name. Names may have dots in them.
  private static let endings = ["csv", "jsonl", "json", "txt"]

  package let pairs: [Pair]

  /// Reads two files, or two folders whose files are matched by name without ending.
  ///
  /// Of folders each clip that was labelled is taken, or those of `split`, a list of clips such as `test.bundle`. `-` is standard
  /// input.
  /// - Throws: `.noInput`, `.usage` for a file beside a folder, and `.badData` for a clip without truth or whose numbers of frames
  ///   differ by more than ``LabelledClip/tolerance``.
  package init(predicted: String, truth: String, split: URL? = nil) throws {
    let folders = [predicted, truth].map(Self.isFolder)
    guard folders[0] == folders[1] else {
      throw UnrollError(
        .usage, "\(folders[0] ? predicted : truth) is a folder, and \(folders[0] ? truth : predicted) is not",
        advice: "name two files or two folders")
    }
    guard folders[0] else {
      pairs = [try Self.pair(Self.read(predicted), Self.read(truth))]
      return
    }
    let (given, wanted) = (try Self.files(predicted), try Self.files(truth))
    let names = try split.map { try Self.clips($0) } ?? given.keys.sorted()
    guard !names.isEmpty else { throw UnrollError(.badData, file: predicted, "there are no files in it") }
    pairs = try names.map { name in
      guard let file = given[name] else { throw Self.missing(name, predicted) }
      guard let other = wanted[name] else { throw Self.missing(name, truth) }
      return try Self.pair(FrameLabelFile(contentsOf: file), FrameLabelFile(contentsOf: other))
    }
  }

  /// All labels, in alphabetical order.
  package var names: [String] { Set(pairs.flatMap { $0.predicted + $0.truth }.compactMap { $0 }).sorted() }

  /// The scores over all clips. Throws `.badData` when a label is not in `labels`.
  package func scores(_ labels: LabelNames, background: Set<Int32>) throws -> FrameScores {
    var scores = FrameScores(labels: labels.count, background: background)
    for pair in pairs {
      func ids(_ names: [String?]) throws -> [Int32] {
        try names.map { name in
          guard let name else { return FrameLabels.none }
          guard let id = labels.id(of: name) else {
            throw UnrollError(
              .badData, file: pair.name, "the label '\(name)' is not in the mapping",
              advice: "add it there, or correct it")
          }
          return id
        }
      }
      try scores.add(predicted: ids(pair.predicted), truth: ids(pair.truth), clip: pair.name)
    }
    return scores
  }

  private static func pair(_ predicted: FrameLabelFile, _ truth: FrameLabelFile) throws -> Pair {
    let (given, wanted) = (predicted.labels.count, truth.labels.count)
    guard abs(given - wanted) <= LabelledClip.tolerance else {
      throw UnrollError(
        .badData, file: predicted.name,
        "has \(counted(given, "label")), and \(truth.name) has \(wanted)",
        advice: "label every frame; \(LabelledClip.tolerance) too many or too few at the end are left out")
    }
    let count = min(given, wanted)
    return Pair(
      name: predicted.name, predicted: Array(predicted.labels.prefix(count)), truth: Array(truth.labels.prefix(count)),
      cut: abs(given - wanted))
  }

  private static func read(_ file: String) throws -> FrameLabelFile {
    if file == "-" { return try FrameLabelFile(LineReader(descriptor: STDIN_FILENO)) }
    return try FrameLabelFile(contentsOf: URL(fileURLWithPath: file))
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return path != "-" && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// The files of a folder by name without ending. Throws `.badData` where two have the same.
  private static func files(_ folder: String) throws -> [String: URL] {
    var files: [String: URL] = [:]
    for name in try sortedNames(in: URL(fileURLWithPath: folder, isDirectory: true))
    where !name.hasPrefix(".") && !isFolder("\(folder)/\(name)") {
      let ending = (name as NSString).pathExtension
      let stem = endings.contains(ending) ? (name as NSString).deletingPathExtension : name
      if let other = files.updateValue(URL(fileURLWithPath: "\(folder)/\(name)"), forKey: stem) {
        throw UnrollError(
          .badData, file: folder, "\(other.lastPathComponent) and \(name) are of the same clip",
          advice: "remove one of them")
      }
    }
    return files
  }

  private static func clips(_ split: URL) throws -> [String] {
    var problems = DataProblems()
    let list = try SplitList(contentsOf: split, &problems)
    if let problem = problems.all.first { throw problem }
    return list.entries.map(\.name)
  }

  private static func missing(_ clip: String, _ folder: String) -> UnrollError {
    UnrollError(.badData, file: folder, "there is no file for the clip \(clip)", advice: "both folders need one")
  }
}
