import ArgumentParser
import Diagnostics
import Foundation
import Workbench

/// `unroll models average`: the mean of checkpoints of a run.
struct ModelsAverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "average",
    abstract: "Makes a model of the mean of several checkpoints of a run.",
    discussion: """
      A run keeps its newest two checkpoints, or as many as training.keep_checkpoints \
      says. All else is as in the run's best model, but for the scores, which are to \
      be measured anew. The path of the new model is printed.

      Examples:
        unroll models average runs/tatoeba-en-fr --last 2 --output runs/averaged
        unroll models average runs/a --output runs/averaged --checkpoint \\
          runs/a/checkpoint-900.safetensors runs/a/checkpoint-950.safetensors
      """)

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run"))
  var runFolder: String

  @Option(help: ArgumentHelp("Take so many of the newest. (default: all)", valueName: "number"))
  var last: Int?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Take these instead.", valueName: "file"))
  var checkpoint: [String] = []

  @Option(help: ArgumentHelp("The folder of the new model, which must not exist.", valueName: "folder"))
  var output: String

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last must be 1 or more.") }
    if last != nil, !checkpoint.isEmpty { throw ValidationError("--last and --checkpoint exclude each other.") }
  }

  func run() throws {
    let folder = try newFolder(output)
    let average = try CheckpointAverage(
      run: URL(fileURLWithPath: runFolder, isDirectory: true), last: last,
      named: checkpoint.map { URL(fileURLWithPath: $0) })
    try average.write(to: folder)
    try Results.write(to: nil) { put, _ in try put(folder.relativePath + "\n") }
  }
}
