import ArgumentParser

/// `unroll synthesize`: data that we make ourselves.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Makes data sets to learn from.",
    subcommands: [SynthesizeShapesCommand.self])
}
