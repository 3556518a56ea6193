import ArgumentParser
import Foundation
import TextIO
import Unroll
import Workbench

/// `unroll translate`: one line out for each line in.
struct TranslateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Translates text, one sentence a line.",
    discussion: """
      One line comes out for each line that goes in, in order, and an empty one \
      for an empty or blank one. Lines are answered when input pauses, and \
      translated together while it does not. What is not UTF-8 in a line is \
      replaced, with a warning. A line has at most 64 KiB.

      With --n-best every line has as many rows as there are translations, best \
      first, each of three columns separated by tabs: the number of the line, the \
      score, the translation.

      A model is a folder, or the name of one. Without --model, the first that \
      fits --from and --to is taken from the folders of $UNROLL_MODELS (separated \
      by colons), ../share/unroll/models beside the program, and models in each \
      folder from the program's upwards.

      Examples:
        echo "Where is the station?" | unroll translate
        unroll translate letter.txt --from en --to fr --output lettre.txt
        unroll translate letter.txt --model models/tatoeba-en-fr --n-best 3
        unroll translate letter.txt --json | jq .text
      """)

  /// Lines that are translated together, at most.
  private static let batch = 256
  /// The longest line: some ten thousand pieces, which take about a gigabyte in the model that we ship.
  private static let longestLine = 1 << 16

  @Argument(help: ArgumentHelp("Text, one sentence a line; standard input when left out.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("A model folder, or its name.", valueName: "model"))
  var model: String?

  @Option(help: ArgumentHelp("The language of the text.", valueName: "language"))
  var from: String?

  @Option(help: ArgumentHelp("The language to translate into.", valueName: "language"))
  var to: String?

  @Option(
    help: ArgumentHelp("Hypotheses to keep at each step; 1 is greedy. (default: the model's)", valueName: "number"))
  var beamSize: Int?

  @Option(help: ArgumentHelp("Translations of each line, best first. (default: 1)", valueName: "number"))
  var nBest: Int?

  @Flag(help: "Print a JSON object for each line.")
  var json = false

  @Option(help: ArgumentHelp("Write to a file, which appears when it is complete.", valueName: "file"))
  var output: String?

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Do not warn.")
  var quiet = false

  func run() throws {
    let reader = try InputLines.reader(file, invalidText: .repair, maximumLineBytes: Self.longestLine)
    let translator = try Translator(
      ModelFinder().find(model, from: from, to: to), threads: computing.threads)
    let options = TranslationOptions(beamSize: beamSize, nBest: nBest ?? 1)
    var progress = try progressLine()
    var done = 0
    try Results.write(to: output) { put, flush in
      try InputLines.forEachBatch(of: reader, limit: Self.batch) { lines in
        for line in lines where line.wasRepaired && !quiet {
          progress?.clear()
          warn(
            "\(reader.name):\(line.number): this line is not valid UTF-8; what cannot be read was replaced by U+FFFD")
        }
        let translations = try translator.translate(lines.map(\.text), options: options)
        for (line, translation) in zip(lines, translations) { try put(text(translation, of: line) + "\n") }
        try flush()
        done += lines.count
        progress?.update(done: done)
      }
    }
    progress?.finish()
  }

  /// A progress line, where somebody watches and the translations of a file go elsewhere.
  private func progressLine() throws -> ProgressLine? {
    guard let file, file != "-", !quiet, isatty(STDERR_FILENO) == 1, output != nil || isatty(STDOUT_FILENO) == 0 else {
      return nil
    }
    let reader = try InputLines.reader(file, invalidText: .repair, maximumLineBytes: Self.longestLine)
    var total = 0
    while try reader.next() != nil { total += 1 }
    return ProgressLine(label: "translating", total: total, unit: "lines")
  }

  private func text(_ translation: Translation, of line: LineReader.Line) -> String {
    if json { return Self.object(translation, of: line).text }
    guard let nBest, nBest > 1 else { return translation.text }
    let rows = translation.candidates.map { candidate in
      "\(line.number)\t\(String(format: "%.4f", candidate.score))\t\(candidate.text)"
    }
    return rows.joined(separator: "\n")
  }

  /// The keys are listed in docs/json.md.
  private static func object(_ translation: Translation, of line: LineReader.Line) -> JSONValue {
    let best = translation.candidates.first.map { $0.members(as: "text") } ?? []
    let alternatives = translation.alternatives.map { JSONValue.object($0.members(as: "text")) }
    return .object(
      [.init("line", .integer(line.number)), .init("source", .string(line.text))] + best
        + [.init("alternatives", .array(alternatives))])
  }
}
