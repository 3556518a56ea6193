import ArgumentParser

/// `unroll frames`: what is in a video.
struct FramesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frames",
    abstract: "Counts, times and extracts the frames of videos.",
    subcommands: [FramesProbeCommand.self, FramesTimesCommand.self, FramesExtractCommand.self])
}
