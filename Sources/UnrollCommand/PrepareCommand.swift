import ArgumentParser

/// `unroll prepare`: gets data ready to learn from.
struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Gets data ready to learn from.",
    subcommands: [PrepareCheckCommand.self])
}
