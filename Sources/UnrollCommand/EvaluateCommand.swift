import ArgumentParser

/// `unroll evaluate`: measures results.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures results against references.",
    subcommands: [
      EvaluateTextCommand.self, EvaluateFramesCommand.self, EvaluateCaptionsCommand.self, EvaluateExposureCommand.self,
    ])
}
