import Diagnostics
package import Foundation
import TextIO

/// Frame-by-frame features of many clips, one file of comma-separated values each: `label,s0,s1,…`, with a `manifest.json` that
/// says of each its `file`, `dataset`, `fold`, `source_id`, `frames` and `dims`.
///
/// Labels are class numbers from 0; their names are these numbers. A part of `source_id` before a hyphen names who is filmed.
package struct ScoreFolder: Sendable {
  /// What the manifest says of a clip.
  package struct Entry: Sendable, Equatable {
    package let file: String
    package let dataset: String
    package let fold: Int
    /// What clips of the same person share.
    package let group: String
    package let frames: Int
    package let dimensions: Int
  }

  package let url: URL
  package let entries: [Entry]

  /// Reads the manifest. Throws `.noInput`, and `.badData` when it is not a list of clips.
  package init(_ url: URL) throws {
    self.url = url
    let manifest = url.appending(path: "manifest.json")
    let value: JSONValue
    do {
      value = try JSONReader.read(try WholeFile.read(manifest))
    } catch let failure as JSONReader.Failure {
      throw Self.fault(manifest, "is not valid JSON: \(failure.what) (byte \(failure.offset))")
    }
    guard case .array(let members) = value, !members.isEmpty else {
      throw Self.fault(manifest, "is not a list of clips")
    }
    entries = try members.enumerated().map { number, member in
      guard let entry = Entry(member) else {
        throw Self.fault(manifest, "entry \(number + 1) has no file, dataset, fold, source_id, frames and dims")
      }
      return entry
    }
  }

  /// The names of the data sets in it, in alphabetical order.
  package var datasets: [String] { Set(entries.map(\.dataset)).sorted() }

  /// The numbers of the folds of a data set, ascending.
  package func folds(of dataset: String) -> [Int] {
    Set(entries.filter { $0.dataset == dataset }.map(\.fold)).sorted()
  }

  /// The clips of a data set: those of one fold to test on, the others to learn from.
  ///
  /// - Parameter note: gets a line for each problem where there are several.
  /// - Throws: `.usage` for a data set or fold that is not there, `.badData` and `.noInput` for files that are wrong or missing.
  package func load(_ dataset: String, testFold: Int, note: (String) -> Void) throws -> LabelledClips {
    var problems = DataProblems()
    let clips = try read(dataset, testFold: testFold, &problems)
    try problems.check(url.relativePath, note: note)
    return clips
  }

  /// As above; what is wrong with single clips becomes problems, and these clips are left out.
  func read(_ dataset: String, testFold: Int, _ problems: inout DataProblems) throws -> LabelledClips {
    let chosen = entries.filter { $0.dataset == dataset }
    guard let dimensions = chosen.first?.dimensions else {
      throw UnrollError(
        .usage, file: url.relativePath, "there is no data set '\(dataset)'",
        advice: "choose one of \(datasets.joined(separator: ", "))")
    }
    guard folds(of: dataset).contains(testFold) else {
      throw UnrollError(
        .usage, file: url.relativePath, "\(dataset) has no fold \(testFold)",
        advice: "choose one of \(folds(of: dataset).map(String.init).joined(separator: ", "))")
    }
    var clips = LabelledClips(labels: try LabelNames((0..<dimensions).map(String.init)))
    clips.files = [try FileRecord(of: url.appending(path: "manifest.json"))]
    var digest = DataDigest()
    for entry in chosen {
      guard let clip = try problems.collect({ try clip(entry, dimensions: dimensions) }) else { continue }
      try digest.add(contentsOf: url.appending(path: entry.file))
      if entry.fold == testFold { clips.test.append(clip) } else { clips.train.append(clip) }
    }
    clips.files.append(digest.record(dataset))
    for leak in clips.sharedWithTraining { problems.add(leak.error(in: url)) }
    return clips
  }

  private func clip(_ entry: Entry, dimensions: Int) throws -> LabelledClip {
    let reader = try CSVReader(url.appending(path: entry.file))
    func fault(_ line: Int?, _ what: String) -> UnrollError {
      UnrollError(.badData, file: reader.name, line: line, what, advice: "write a row a frame: label,s0,s1,…")
    }
    guard let header = try reader.next(), header.fields.first == "label", header.fields.count == dimensions + 1 else {
      throw fault(1, "the first line is not 'label' and the names of \(dimensions) features")
    }
    var labels: [Int32] = []
    var values: [Float] = []
    while let record = try reader.next() {
      guard record.fields.count == dimensions + 1 else {
        throw fault(record.line, "has \(record.fields.count) columns, not \(dimensions + 1)")
      }
      guard let label = Int32(record.fields[0]), label >= 0, label < dimensions else {
        throw fault(record.line, "'\(record.fields[0])' is not a class from 0 to \(dimensions - 1)")
      }
      labels.append(label)
      for field in record.fields.dropFirst() {
        guard let value = Float(field), value.isFinite else { throw fault(record.line, "'\(field)' is not a number") }
        values.append(value)
      }
    }
    guard labels.count == entry.frames, !labels.isEmpty else {
      throw fault(nil, "has \(counted(labels.count, "frame")), and the manifest says \(entry.frames)")
    }
    let features = FeatureMatrix(frames: labels.count, dimensions: dimensions, values: values)
    let name = (entry.file as NSString).deletingPathExtension
    return LabelledClip(name: name, content: .features(features), labels: .perFrame(labels), group: entry.group)
  }

  private static func fault(_ file: URL, _ what: String) -> UnrollError {
    UnrollError(.badData, file: file.relativePath, what, advice: "see docs/labels.md for its form")
  }
}

extension ScoreFolder.Entry {
  fileprivate init?(_ value: JSONValue) {
    guard case .string(let file)? = value["file"], case .string(let dataset)? = value["dataset"],
      case .integer(let fold)? = value["fold"], case .string(let source)? = value["source_id"],
      case .integer(let frames)? = value["frames"], case .integer(let dimensions)? = value["dims"],
      frames >= 0, (1...1_000_000).contains(dimensions), !file.contains("/")
    else { return nil }
    self.init(
      file: file, dataset: dataset, fold: fold, group: String(source.prefix { $0 != "-" }), frames: frames,
      dimensions: dimensions)
  }
}
