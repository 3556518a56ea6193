import Diagnostics
import Foundation
import TextIO

/// Labels of whole clips: the file of a clip, a tab, its label.
struct ClipLabelTable {
  /// All labels, in alphabetical order.
  let names: LabelNames
  private let file: String
  private let labels: [String: String]

  /// Reads a table. Throws `.noInput`, and `.badData` for a line without two columns or a clip that comes twice.
  init(contentsOf url: URL) throws {
    let lines = try LineReader(url)
    var labels: [String: String] = [:]
    while let line = try lines.next() {
      if line.text.isEmpty { continue }
      let columns = line.text.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count == 2, !columns[1].allSatisfy(\.isWhitespace) else {
        throw UnrollError(
          .badData, file: lines.name, line: line.number, "this line is not a clip and a label",
          advice: "write the name, a tab and the label")
      }
      let name = (String(columns[0]) as NSString).deletingPathExtension
      guard labels.updateValue(String(columns[1]), forKey: name) == nil else {
        throw UnrollError(
          .badData, file: lines.name, line: line.number, "the clip \(columns[0]) has a label already",
          advice: "remove one of them")
      }
    }
    guard !labels.isEmpty else {
      throw UnrollError(
        .badData, file: lines.name, "there are no labels in it", advice: "write a clip and a label a line")
    }
    names = try LabelNames(Set(labels.values).sorted())
    file = lines.name
    self.labels = labels
  }

  /// The label of a clip. Throws `.badData` when it has none.
  func label(of entry: SplitList.Entry) throws -> Int32 {
    guard let label = labels[entry.name].flatMap({ names.id(of: $0) }) else {
      throw UnrollError(
        .badData, file: entry.file, line: entry.line, "the clip \(entry.name) has no label in \(file)",
        advice: "add a line for it there, or remove this one")
    }
    return label
  }
}
