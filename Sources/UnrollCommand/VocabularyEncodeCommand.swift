import ArgumentParser
import Diagnostics
import Foundation
import TextIO

/// `unroll vocabulary encode`: text into ids.
struct VocabularyEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Cuts text into the pieces of a vocabulary.",
    discussion: """
      Prints the ids of each line, separated by spaces, without those that begin and end a sentence. \
      A line that is not UTF-8 ends it with status 65, where translate would go on.

      Examples:
        echo "Where is the station?" | unroll vocabulary encode en.model
        unroll vocabulary encode en.model sentences.txt --pieces
      """)

  @Argument(help: ArgumentHelp("A SentencePiece model, or a vocabulary that Unroll built.", valueName: "vocabulary"))
  var vocabulary: String

  @Argument(help: ArgumentHelp("Text, one sentence a line; standard input when left out.", valueName: "file"))
  var file: String?

  @Flag(help: "Print the pieces themselves, not their ids.")
  var pieces = false

  func run() throws {
    let vocabulary = try loadVocabulary(at: URL(fileURLWithPath: vocabulary))
    let reader = try InputLines.reader(file)
    try Results.write(to: nil) { put, flush in
      try InputLines.forEachBatch(of: reader, limit: 1024) { lines in
        for line in lines {
          let ids = vocabulary.encode(line.text)
          try put(ids.map { pieces ? vocabulary.piece($0) : String($0) }.joined(separator: " ") + "\n")
        }
        try flush()
      }
    }
  }
}
