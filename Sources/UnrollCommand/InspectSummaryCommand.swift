import ArgumentParser
import Foundation
import Workbench

/// `unroll inspect summary`: what a model is and where it comes from.
struct InspectSummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Shows what a model is, how large, and where it comes from.",
    discussion: """
      Every file of the model is checked against its size and SHA-256 on the way.

      Examples:
        unroll inspect tatoeba-en-fr
        unroll inspect runs/tatoeba-en-fr/model --json | jq .parameters
      """)

  @Argument(help: ArgumentHelp("A model folder, or its name.", valueName: "model"))
  var model: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let finder = ModelFinder()
    let url = try finder.locate(model)
    switch try modelTask(of: url) {
    case .label: try show(ModelSummary(ModelFolder<LabelDescription>.open(url)))
    case .caption: try show(ModelSummary(ModelFolder<CaptionDescription>.open(url)))
    case .translate: try show(ModelSummary(ModelFolder<TranslationDescription>.open(url)))
    }
  }

  private func show(_ summary: ModelSummary<some SummarizedModel>) throws {
    try Results.write(to: nil) { put, _ in try put(json ? summary.json.text + "\n" : summary.text) }
  }
}
