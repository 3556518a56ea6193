import ArgumentParser
import Diagnostics
import Foundation
import Workbench

/// `unroll train`: a model from a recipe and data.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model as a recipe says.",
    discussion: """
      The run folder gets the resolved recipe, checkpoints, a log of JSON lines, \
      events for TensorBoard and the best model so far, ready to use; its path is \
      printed at the end. Ctrl-C saves and stops, a second one stops at once. A run that went on with --resume \
      ends with the very weights of one that was never stopped.

      Examples:
        unroll train recipes/translate/tatoeba-en-fr.yaml --source data/tatoeba-en-fr
        unroll train recipe.yaml --set model.cell=gru --set training.epochs=3
        unroll train recipe.yaml --run runs/second --seed 2
        unroll train recipe.yaml --run runs/second --seed 2 --resume
      """)

  @Argument(help: ArgumentHelp("What to train and how, in YAML.", valueName: "recipe"))
  var recipe: String

  @Option(help: ArgumentHelp("The folder with the files that the recipe names.", valueName: "folder"))
  var source: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The folder of the run. (default: runs/NAME of the recipe)", valueName: "folder"))
  var runFolder: String?

  @Flag(help: "Go on with a run that was stopped.")
  var resume = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Replace a value of the recipe; may be repeated.", valueName: "key.path=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("The same as --set training.seed=NUMBER.", valueName: "number"))
  var seed: Int?

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Show no progress.")
  var quiet = false

  func run() throws {
    var request = TrainingRequest(recipe: URL(fileURLWithPath: recipe))
    request.overrides = set
    if let seed { request.overrides.append("training.seed=\(seed)") }
    if let threads = computing.threads { request.overrides.append("training.threads=\(threads)") }
    request.source = source.map { URL(fileURLWithPath: $0, isDirectory: true) }
    request.run = runFolder.map { URL(fileURLWithPath: $0, isDirectory: true) }
    request.resume = resume
    StopSignal.install()
    let (outcome, model) = try trainModel(request, watch: TrainingWatch(isQuiet: quiet, note: note))
    if outcome == .interrupted {
      throw UnrollError(
        .interrupted, file: model.deletingLastPathComponent().relativePath, "stopped and saved",
        advice: "go on with the same command and --resume")
    }
    try Results.write(to: nil) { put, _ in try put(model.relativePath + "\n") }
  }
}
