import Diagnostics
import Foundation
import Workbench

/// How `unroll prepare check` prints what it found.
struct DataCheckReport {
  /// Findings of a kind that are shown; the others are counted.
  private static let shown = 20

  let check: DataCheck
  let data: String
  /// The label of frames in no span.
  let outside: String?

  private var warnings: Int { check.findings.count - check.errors }

  /// Findings, splits, labels, and a last line with what counts.
  var text: String {
    let verdict = "\(counted(check.errors, "error")), \(counted(warnings, "warning"))\n"
    return [findings, splits, labels, framesOutside].filter { !$0.isEmpty }.map { $0 + "\n" }.joined() + verdict
  }

  private var findings: String {
    var text = ""
    var counts: [String: Int] = [:]
    for finding in check.findings {
      let kind = "\(finding.severity.rawValue) \(finding.kind.rawValue)"
      counts[kind, default: 0] += 1
      if counts[kind, default: 0] <= Self.shown { text += "\(finding.severity.rawValue): \(finding.problem)\n" }
    }
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) where count > Self.shown {
      text += "and \(count - Self.shown) more of the kind \(kind)\n"
    }
    return text
  }

  private var splits: String {
    check.splits.map { split in
      let seconds = split.seconds > 0 ? ", \(ProgressText.duration(split.seconds))" : ""
      return split.name.padding(toLength: 7, withPad: " ", startingAt: 0)
        + "\(counted(split.clips, "clip")), \(counted(split.frames, "frame"))\(seconds)\n"
    }.joined()
  }

  /// A row a label: its frames in each split, and its share of the frames to learn from.
  private var labels: String {
    guard let names = check.labels?.names, !check.splits.isEmpty else { return "" }
    let width = max(5, names.map(\.count).max() ?? 0) + 2
    let learnt = max(1, check.splits[0].labels.reduce(0, +))
    func row(_ name: String, _ cells: [String]) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
        + cells.map { String(repeating: " ", count: max(1, 9 - $0.count)) + $0 }.joined() + "\n"
    }
    return row("label", ["train", "share"] + check.splits.dropFirst().map(\.name))
      + names.enumerated().map { id, name in
        let counts = check.splits.map { $0.labels[id] }
        let share = String(format: "%.1f %%", 100 * Double(counts[0]) / Double(learnt))
        return row(name, ["\(counts[0])", share] + counts.dropFirst().map(String.init))
      }.joined()
  }

  /// How many frames to learn from lie in no span, and what becomes of them.
  private var framesOutside: String {
    guard let count = check.splits.first?.outside, count > 0 else { return "" }
    let fate = outside.map { "labelled \($0)" } ?? "left out (--outside gives them a label)"
    return "in no span: \(counted(count, "frame")) to learn from, \(fate)\n"
  }

  /// The keys are listed in docs/json.md.
  var json: JSONValue {
    [
      "data": .string(data),
      "errors": .integer(check.errors),
      "warnings": .integer(warnings),
      "splits": .array(
        check.splits.map { split in
          [
            "name": .string(split.name), "clips": .integer(split.clips), "frames": .integer(split.frames),
            "seconds": .number(split.seconds), "outside": .integer(split.outside),
          ]
        }),
      "labels": .array(
        (check.labels?.names ?? []).enumerated().map { id, name in
          .object(
            [.init("label", .string(name))]
              + check.splits.map { .init($0.name, .integer($0.labels[id])) })
        }),
      "findings": .array(
        check.findings.map { finding in
          [
            "severity": .string(finding.severity.rawValue), "kind": .string(finding.kind.rawValue),
            "file": finding.problem.file.map { .string($0) } ?? .null,
            "line": finding.problem.line.map { .integer($0) } ?? .null, "what": .string(finding.problem.what),
            "advice": finding.problem.advice.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }
}
