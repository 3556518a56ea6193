import Diagnostics
package import Foundation
import VideoIO

/// Labels between times, as a table of comma-separated values with the columns `video,start,end,label` and maybe `split`.
///
/// The first line names the columns, in any order; others are ignored. `start` and `end` are seconds (`12.5`) or clock times
/// (`1:02.5`); the frame at `start` has the label, that at `end` does not. Paths of videos are relative to the table's folder.
package struct SpanTable: Sendable {
  /// A row.
  private struct Row {
    let video: String
    let span: (start: Duration, end: Duration)
    let label: String
    let split: String?
    let line: Int
  }

  private static let splits = ["train", "valid", "test"]
  private let url: URL
  private let rows: [Row]
  private let name: String

  /// Reads a table. Rows with something wrong in them become problems.
  ///
  /// Throws `.noInput`, and `.badData` when a column is missing or there is no row.
  private init(contentsOf url: URL, _ problems: inout DataProblems) throws {
    let reader = try CSVReader(url)
    self.url = url
    name = reader.name
    let header = try reader.next()
    let columns = header?.fields.map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    let places = ["video", "start", "end", "label"].map { columns.firstIndex(of: $0) }
    guard let video = places[0], let start = places[1], let end = places[2], let label = places[3] else {
      throw UnrollError(
        .badData, file: reader.name, line: header?.line,
        "the first line does not name the columns video, start, end and label",
        advice: "begin the file with 'video,start,end,label'")
    }
    let split = columns.firstIndex(of: "split")
    var rows: [Row] = []
    while let record = try reader.next() {
      func fault(_ what: String, _ advice: String) -> UnrollError {
        UnrollError(.badData, file: reader.name, line: record.line, what, advice: advice)
      }
      let row = try problems.collect {
        guard record.fields.count == columns.count else {
          throw fault("has \(record.fields.count) columns, and the first line names \(columns.count)", "quote commas")
        }
        let fields = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
        func time(_ place: Int) throws -> Duration {
          guard let time = Duration(timeText: fields[place]) else {
            throw fault("'\(fields[place])' is not a time", "write seconds, or minutes:seconds")
          }
          return time
        }
        let span = (try time(start), try time(end))
        guard span.0 < span.1 else { throw fault("ends at or before its start", "give it some length") }
        guard !fields[video].isEmpty else { throw fault("names no video", "fill in the column video") }
        guard !fields[label].isEmpty else { throw fault("has no label", "fill in the column label") }
        let part = split.map { fields[$0] }
        if let part, !Self.splits.contains(part) {
          throw fault("'\(part)' is not a split", "write train, valid or test")
        }
        return Row(video: fields[video], span: span, label: fields[label], split: part, line: record.line)
      }
      if let row { rows.append(row) }
    }
    guard !rows.isEmpty || !problems.all.isEmpty else {
      throw UnrollError(.badData, file: reader.name, "there is no row in it", advice: "write a span a line")
    }
    self.rows = rows
  }

  /// Reads one table, whose column `split` says where a video belongs (without it all are to learn from), or a table a split.
  ///
  /// - Parameters:
  ///   - outside: the label of frames in no span; nil for none.
  ///   - note: gets a line for each problem where there are several.
  /// - Throws: `.noInput` or `.badData` for what is missing or wrong.
  package static func load(
    _ table: URL, valid: URL? = nil, test: URL? = nil, outside: String? = nil, note: (String) -> Void
  ) throws -> LabelledClips {
    var problems = DataProblems()
    let clips = try read(table, valid: valid, test: test, outside: outside, &problems)
    try problems.check(table.relativePath, note: note)
    return clips
  }

  /// As above; what is wrong with single rows and videos becomes problems, and these are left out.
  static func read(
    _ table: URL, valid: URL?, test: URL?, outside: String?, _ problems: inout DataProblems
  ) throws -> LabelledClips {
    let isAlone = valid == nil && test == nil
    var tables = [(split: isAlone ? nil : "train", table: try SpanTable(contentsOf: table, &problems))]
    for (split, url) in [("valid", valid), ("test", test)] {
      if let url { tables.append((split, try SpanTable(contentsOf: url, &problems))) }
    }
    return try clips(of: tables, outside: outside, table, &problems)
  }

  private static func clips(
    of tables: [(split: String?, table: SpanTable)], outside: String?, _ place: URL, _ problems: inout DataProblems
  ) throws -> LabelledClips {
    let rows = tables.flatMap { split, table in
      table.rows.map { (split: split ?? $0.split ?? "train", row: $0, table: table) }
    }
    var known = Set(rows.filter { $0.split == "train" }.map(\.row.label))
    if let outside { known.insert(outside) }
    guard !known.isEmpty else {
      throw problems.all.first
        ?? UnrollError(
          .badData, file: place.relativePath, "no row is to learn from", advice: "give some the split train")
    }
    var clips = LabelledClips(labels: try LabelNames(known.sorted()))
    clips.files = try tables.map { try FileRecord(of: $0.table.url) }
    var digest = DataDigest()
    let grouped = Dictionary(grouping: rows.indices) { [rows[$0].split, rows[$0].row.video] }
    // In the order in which the videos appear.
    for indices in grouped.values.sorted(by: { $0[0] < $1[0] }) {
      let rows = indices.map { rows[$0] }
      guard let clip = try problems.collect({ try clip(rows.map(\.row), rows[0].table, clips.labels, outside) })
      else { continue }
      if let file = clip.file { try digest.add(sizeOf: file) }
      switch rows[0].split {
      case "train": clips.train.append(clip)
      case "valid": clips.valid.append(clip)
      default: clips.test.append(clip)
      }
    }
    clips.files.append(digest.record("videos"))
    for leak in clips.sharedWithTraining { problems.add(leak.error(in: place)) }
    return clips
  }

  private static func clip(
    _ rows: [Row], _ table: SpanTable, _ labels: LabelNames, _ outside: String?
  ) throws -> LabelledClip {
    let first = rows[0]
    let file = URL(fileURLWithPath: first.video, relativeTo: table.url.deletingLastPathComponent()).absoluteURL
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw UnrollError(
        .badData, file: table.name, line: first.line, "there is no video \(first.video)",
        advice: "paths are relative to the folder of the table")
    }
    try ClipFile.check(file)
    let spans = try rows.map { row in
      guard let label = labels.id(of: row.label) else {
        throw UnrollError(
          .badData, file: table.name, line: row.line, "no video to learn from has the label '\(row.label)'",
          advice: "correct it, or move a video with it to train")
      }
      return LabelSpan(start: row.span.start, end: row.span.end, label: label, table: table.name, line: row.line)
    }
    return LabelledClip(
      name: (first.video as NSString).deletingPathExtension, content: .video(file),
      labels: .spans(spans, outside: outside.flatMap { labels.id(of: $0) } ?? FrameLabels.none))
  }
}
