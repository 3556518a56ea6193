import Foundation
import Workbench

/// What `unroll inspect` says of a model.
struct ModelSummary<Description: SummarizedModel> {
  private let folder: ModelFolder<Description>
  private let parameters: Int
  private let numberTypes: [String]

  init(_ folder: ModelFolder<Description>) throws {
    self.folder = folder
    let weights = try SafetensorsFile(contentsOf: folder.weights)
    parameters = weights.entries.reduce(0) { $0 + $1.count }
    numberTypes = Set(weights.entries.map(\.type.rawValue)).sorted()
  }

  /// The name of the folder; of a run's model that of the run.
  private var name: String {
    let url = folder.url.standardizedFileURL
    let run = url.deletingLastPathComponent()
    let isOfRun =
      url.lastPathComponent == "model"
      && FileManager.default.fileExists(atPath: run.appending(path: "recipe.yaml").path)
    return (isOfRun ? run : url).lastPathComponent
  }

  /// A line for each property: its name, then what it is.
  var text: String {
    let about = folder.description
    let provenance = about.provenance
    var rows = [
      ("model", "\(name), \(about.purpose)"),
      ("folder", folder.url.standardizedFileURL.path),
      ("network", section(about.network)),
      ("parameters", "\(parameters), stored as \(numberTypes.joined(separator: " and "))"),
    ]
    rows += about.particulars.map { ($0.name, $0.value ?? $0.section.map(section) ?? "none") }
    rows.append(
      (
        "made",
        "\(provenance.date) by unroll \(provenance.unroll), recipe \(provenance.recipe), "
          + "seed \(provenance.seed), \(provenance.steps) steps"
      ))
    rows += provenance.scores.map { ("score", "\($0.name) \($0.value)") }
    rows += provenance.data.map { ("data", record($0)) }
    rows += about.files.map { ("file", record($0) + ", verified") }
    return rows.map { $0.0.padding(toLength: 12, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined()
  }

  /// The keys and values of a section as they stand in `model.yaml`: whatever it gains is shown.
  private func section(_ node: YAMLNode) -> String {
    guard case .mapping(let entries) = node.content else { return node.summary }
    return entries.map { "\($0.key) \(value($0.value))" }.joined(separator: ", ")
  }

  private func value(_ node: YAMLNode) -> String {
    switch node.content {
    case .sequence(let items): "[\(items.map(value).joined(separator: ", "))]"
    case .scalar(let text, _): node.isNull ? "none" : text
    case .mapping: node.summary
    }
  }

  private func record(_ record: FileRecord) -> String {
    "\(record.name), \(record.bytes) bytes, sha256 \(record.sha256)"
  }

  /// What `model.yaml` says, with what only a look at the files tells before it. The keys are listed in docs/json.md.
  var json: JSONValue {
    let found: [JSONValue.Member] = [
      .init("name", .string(name)),
      .init("folder", .string(folder.url.standardizedFileURL.path)),
      .init("parameters", .integer(parameters)),
      .init("number_types", .array(numberTypes.map { .string($0) })),
    ]
    guard case .object(let described) = JSONValue(folder.description.node) else { return .object(found) }
    return .object(found + described)
  }
}

/// What `unroll inspect` must know of a description besides what all have.
protocol SummarizedModel: ModelDescription {
  /// What the model does, after its name.
  var purpose: String { get }
  /// The section that gives the shape of the network.
  var network: YAMLNode { get }
  /// More rows: words or a section each.
  var particulars: [(name: String, value: String?, section: YAMLNode?)] { get }
}

extension TranslationDescription: SummarizedModel {
  var purpose: String { "translates \(source.language) to \(target.language)" }
  var network: YAMLNode { model.node }
  var particulars: [(name: String, value: String?, section: YAMLNode?)] {
    [("source", source.summary, nil), ("target", target.summary, nil), ("search", nil, search.node)]
  }
}

extension LabelDescription: SummarizedModel {
  var purpose: String { model.target == .clip ? "gives clips a label" : "labels the frames of a video" }
  /// With what `look_ahead` comes to where it is left out.
  var network: YAMLNode {
    var shown = model
    shown.lookAhead = model.ahead
    return shown.node
  }
  var particulars: [(name: String, value: String?, section: YAMLNode?)] {
    [
      ("frames", frames == nil ? "features of \(featureSize ?? 0) numbers" : nil, frames?.node),
      ("labels", "\(labels.count) in \(labels.file)", nil),
    ]
  }
}

extension CaptionDescription: SummarizedModel {
  var purpose: String { "says in \(target.language) what happens in a video" }
  var network: YAMLNode { model.node }
  var particulars: [(name: String, value: String?, section: YAMLNode?)] {
    [
      ("frames", frames == nil ? "features of \(featureSize ?? 0) numbers" : nil, frames?.node),
      ("target", target.summary, nil), ("search", nil, search.node),
    ]
  }
}

extension ModelLanguage {
  fileprivate var summary: String { "\(language), \(vocabularySize) pieces of level \(level) in \(vocabulary)" }
}

extension JSONValue {
  /// The same value as JSON: a plain number, flag or nothing as such, any other scalar as a string.
  fileprivate init(_ node: YAMLNode) {
    switch node.content {
    case .mapping(let entries): self = .object(entries.map { Member($0.key, JSONValue($0.value)) })
    case .sequence(let items): self = .array(items.map { JSONValue($0) })
    case .scalar(let text, isPlain: true):
      if node.isNull {
        self = .null
      } else if let number = Int(text) {
        self = .integer(number)
      } else if let number = Double(text) {
        self = .number(number)
      } else if text == "true" || text == "false" {
        self = .boolean(text == "true")
      } else {
        self = .string(text)
      }
    case .scalar(let text, isPlain: false): self = .string(text)
    }
  }
}
