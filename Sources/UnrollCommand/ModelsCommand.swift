import ArgumentParser

/// `unroll models`: makes models of others.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Makes models of others.",
    subcommands: [ModelsAverageCommand.self])
}
