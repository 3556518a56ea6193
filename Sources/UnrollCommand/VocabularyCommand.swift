import ArgumentParser

/// `unroll vocabulary`: makes vocabularies and shows what they do.
struct VocabularyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocabulary",
    abstract: "Builds vocabularies, and cuts text with them.",
    subcommands: [VocabularyBuildCommand.self, VocabularyEncodeCommand.self, VocabularyDecodeCommand.self])
}
