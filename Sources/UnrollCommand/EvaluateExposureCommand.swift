import ArgumentParser
import Diagnostics
import Foundation
import TensorCore
import TextIO
import Workbench

/// `unroll evaluate exposure`: the loss of a translation model after its own units.
struct EvaluateExposureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exposure",
    abstract: "Measures exposure bias: a model's loss after true units and after its own.",
    discussion: """
      For each position in the target sentences: how many there are, the mean of \
      -log p of the true unit when the model has read true units before it (forced), \
      and when it has read those that it found most probable itself (free).

      Examples:
        unroll evaluate exposure runs/mine/model --source en.txt --target fr.txt
        unroll evaluate exposure tatoeba-en-fr --source en.txt --target fr.txt --json
      """)

  @Argument(help: ArgumentHelp("A translation model: a folder, or its name.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("Source sentences, one a line.", valueName: "file"))
  var source: String

  @Option(help: ArgumentHelp("Their translations.", valueName: "file"))
  var target: String

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    if let threads = computing.threads { Workers.request(threads: threads) }
    let text = try ParallelText.load(source: URL(fileURLWithPath: source), target: URL(fileURLWithPath: target))
    let report = try TranslationModel(ModelFinder().find(model)).exposure(on: text)
    guard !report.positions.isEmpty else {
      throw UnrollError(.badData, file: source, "there is no sentence pair in it", advice: "give one a line")
    }
    try Results.write(to: nil) { put, _ in try put(json ? Self.object(report).text + "\n" : Self.text(report)) }
  }

  private static func text(_ report: ExposureReport) -> String {
    func row(_ name: String, _ position: ExposureReport.Position) -> String {
      String(
        format: "%8@ %8ld %8.3f %8.3f %8.3f\n", name as NSString, position.units, position.forced, position.free,
        position.free - position.forced)
    }
    return "position    units   forced     free     bias\n"
      + report.positions.map { row(String($0.number), $0) }.joined() + row("all", report.all)
  }

  /// The keys are listed in docs/json.md.
  private static func object(_ report: ExposureReport) -> JSONValue {
    func object(_ position: ExposureReport.Position) -> [JSONValue.Member] {
      [
        .init("units", .integer(position.units)), .init("forced", .number(position.forced)),
        .init("free", .number(position.free)),
      ]
    }
    return .object(
      object(report.all) + [
        .init(
          "positions",
          .array(report.positions.map { .object([.init("position", .integer($0.number))] + object($0)) }))
      ])
  }
}
