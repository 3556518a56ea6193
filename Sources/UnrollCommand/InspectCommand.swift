import ArgumentParser

/// `unroll inspect`: looks into models.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a model is, and where it looks.",
    discussion: """
      unroll inspect MODEL is short for unroll inspect summary MODEL.

      Examples:
        unroll inspect tatoeba-en-fr
        unroll inspect runs/tatoeba-en-fr/model --json | jq .parameters
        unroll inspect attention clip.mp4 --output attention.html
        unroll inspect attention --source "Where is the station?" --output map.html
      """,
    subcommands: [InspectSummaryCommand.self, InspectAttentionCommand.self],
    defaultSubcommand: InspectSummaryCommand.self)
}
