import Foundation
import Workbench

/// How `unroll evaluate frames` prints scores. All of them go from 0 to 100.
struct FrameScoresReport {
  let scores: FrameScores
  let labels: LabelNames

  private var background: [String] { scores.background.sorted().map { labels[$0] } }

  /// The scores, a line each.
  var text: String {
    let f1 = FrameScores.overlaps.map { Self.figure(scores.f1(at: $0)) }.joined(separator: "  ")
    let without = background.isEmpty ? "none in these clips" : background.joined(separator: ", ")
    let rows = [
      ("frames", "\(scores.frames) in \(counted(scores.clips, "clip")), \(counted(labels.count, "label"))"),
      ("background", without),
      ("accuracy", "\(Self.figure(100 * scores.accuracy)) % of frames"),
      ("", "\(Self.figure(100 * scores.accuracyWithoutBackground)) % without background"),
      ("", "\(Self.figure(100 * scores.segmentAccuracy)) % of segments"),
      ("edit", Self.figure(scores.edit)),
      ("F1@10,25,50", f1),
      ("precision", "\(Self.figure(100 * scores.confusion.mean(\.precision))) % on average over labels"),
      ("recall", "\(Self.figure(100 * scores.confusion.mean(\.recall))) % on average over labels"),
    ]
    return rows.map { $0.0.padding(toLength: 13, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined()
  }

  /// A row a label.
  var classes: String {
    let width = max(5, labels.names.map(\.count).max() ?? 0) + 2
    func row(_ name: String, _ cells: [String]) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
        + cells.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined() + "\n"
    }
    func cell(_ score: Double?) -> String { score.map { Self.figure(100 * $0) } ?? "-" }
    return row("label", ["frames", "predicted", "precision", "recall", "F1"])
      + scores.confusion.classes.map { scores in
        row(
          labels[Int32(scores.label)],
          ["\(scores.frames)", "\(scores.predictions)", cell(scores.precision), cell(scores.recall), cell(scores.f1)])
      }.joined()
  }

  /// A row a true label, a column a predicted one.
  var confusion: String {
    let rows =
      [["true \\ predicted"] + labels.names]
      + labels.names.enumerated().map { id, name in
        [name] + scores.confusion.row(id).map(String.init)
      }
    return rows.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// The keys are listed in docs/json.md.
  var json: JSONValue {
    [
      "clips": .integer(scores.clips),
      "frames": .integer(scores.frames),
      "background": .array(background.map { .string($0) }),
      "accuracy": .number(100 * scores.accuracy),
      "accuracy_without_background": .number(100 * scores.accuracyWithoutBackground),
      "segment_accuracy": .number(100 * scores.segmentAccuracy),
      "edit": .number(scores.edit),
      "f1_10": .number(scores.f1(at: 10)),
      "f1_25": .number(scores.f1(at: 25)),
      "f1_50": .number(scores.f1(at: 50)),
      "precision": .number(100 * scores.confusion.mean(\.precision)),
      "recall": .number(100 * scores.confusion.mean(\.recall)),
      "labels": .array(scores.confusion.classes.map(label)),
      "confusion": .array((0..<labels.count).map { .array(scores.confusion.row($0).map { .integer($0) }) }),
    ]
  }

  private func label(_ scores: ClassScores) -> JSONValue {
    func percent(_ score: Double?) -> JSONValue { score.map { .number(100 * $0) } ?? .null }
    return [
      "label": .string(labels[Int32(scores.label)]),
      "frames": .integer(scores.frames),
      "predicted": .integer(scores.predictions),
      "precision": percent(scores.precision),
      "recall": percent(scores.recall),
      "f1": percent(scores.f1),
    ]
  }

  private static func figure(_ value: Double) -> String { String(format: "%.2f", value) }
}
