import ArgumentParser
import Diagnostics
import Foundation
import Workbench

/// `unroll models import`: a model of a network that PyTorch trained.
struct ModelsImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes a model of a recurrent encoder-decoder that PyTorch trained.",
    discussion: """
      The network comes as safetensors, as safetensors.torch.save_file(model.state_dict(), \
      FILE) writes it. A mapping says in YAML what shape it has and which tensor each \
      parameter is: docs/import.md describes it, docs/import/torch-seq2seq.yaml is one. The \
      path of the new model is printed, which translate, evaluate and inspect then use.

      Examples:
        unroll models import net.safetensors --mapping net.yaml --output models/net
        unroll models import net.safetensors --mapping net.yaml --half --output half
        unroll translate --model models/net text.txt
      """)

  @Argument(help: ArgumentHelp("The tensors of the network, safetensors.", valueName: "weights"))
  var weights: String

  @Option(help: ArgumentHelp("How they become a model, in YAML.", valueName: "file"))
  var mapping: String

  @Option(
    help: ArgumentHelp(
      "The folder with the vocabularies that the mapping names. (default: the mapping's)", valueName: "folder"))
  var source: String?

  @Flag(help: "Store the weights in 16 bits.")
  var half = false

  @Option(help: ArgumentHelp("The folder of the new model, which must not exist.", valueName: "folder"))
  var output: String

  func run() throws {
    let folder = try newFolder(output)
    let model = try ModelImport(
      URL(fileURLWithPath: weights), mapping: URL(fileURLWithPath: mapping),
      source: source.map { URL(fileURLWithPath: $0, isDirectory: true) })
    try model.write(to: folder, as: half ? .half : .full)
    try Results.write(to: nil) { put, _ in try put(folder.relativePath + "\n") }
  }
}
