import ArgumentParser
import Diagnostics
import Foundation

/// `unroll models`: makes models of others.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Makes models of others.",
    subcommands: [ModelsAverageCommand.self, ModelsImportCommand.self])
}

/// The folder of a model to be made. Throws `cannotCreate` when something of that name is there.
func newFolder(_ path: String) throws -> URL {
  let folder = URL(fileURLWithPath: path, isDirectory: true)
  guard !FileManager.default.fileExists(atPath: folder.path) else {
    throw UnrollError(.cannotCreate, file: path, "is there already", advice: "remove it, or name another folder")
  }
  return folder
}
