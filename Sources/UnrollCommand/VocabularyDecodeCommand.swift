import ArgumentParser
import Diagnostics
import Foundation
import TextIO

/// `unroll vocabulary decode`: ids into text.
struct VocabularyDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Makes text of the ids of a vocabulary.",
    discussion: """
      Reads lines of ids, separated by spaces, and prints the text of each.

      Examples:
        echo "Where is the station?" | unroll vocabulary encode en.model | unroll vocabulary decode en.model
      """)

  @Argument(help: ArgumentHelp("A SentencePiece model, or a vocabulary that Unroll built.", valueName: "vocabulary"))
  var vocabulary: String

  @Argument(help: ArgumentHelp("Ids, one sentence a line; standard input when left out.", valueName: "file"))
  var file: String?

  func run() throws {
    let vocabulary = try loadVocabulary(at: URL(fileURLWithPath: vocabulary))
    let reader = try InputLines.reader(file)
    try Results.write(to: nil) { put, flush in
      try InputLines.forEachBatch(of: reader, limit: 1024) { lines in
        for line in lines { try put(vocabulary.decode(ids(in: line, of: reader, below: vocabulary.count)) + "\n") }
        try flush()
      }
    }
  }

  private func ids(in line: LineReader.Line, of reader: LineReader, below count: Int) throws -> [Int] {
    try line.text.split(whereSeparator: \.isWhitespace).map { word in
      guard let id = Int(word), (0..<count).contains(id) else {
        throw UnrollError(
          .badData, file: reader.name, line: line.number, "'\(word)' is not an id of this vocabulary",
          advice: "ids are numbers from 0 to \(count - 1)")
      }
      return id
    }
  }
}
