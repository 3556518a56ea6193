import ArgumentParser
import Diagnostics
import Foundation
import TextIO
import Workbench

/// `unroll evaluate text`: BLEU and chrF.
struct EvaluateTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Measures text: BLEU and chrF, as sacreBLEU gives them.",
    discussion: """
      Files hold one sentence a line, detokenized, and may be gzip. Line n of every \
      reference belongs to line n of the hypotheses. Each score comes with its \
      signature, which says how it was computed.

      Examples:
        unroll evaluate text hypotheses.txt --reference reference.txt
        unroll translate en.txt | unroll evaluate text - --reference fr.txt
        unroll evaluate text hypotheses.txt --reference a.txt b.txt --json
      """)

  @Argument(help: ArgumentHelp("The sentences to measure; - is standard input.", valueName: "hypotheses"))
  var hypotheses: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("What the sentences should be; several are allowed.", valueName: "file"))
  var reference: [String]

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Take upper and lower case for the same.")
  var lowercase = false

  @Option(help: ArgumentHelp("How BLEU cuts sentences into words.", valueName: "name"))
  var tokenize = BLEUTokenizer.thirteenA

  func validate() throws {
    if ([hypotheses] + reference).count(where: { $0 == "-" }) > 1 {
      throw ValidationError("Standard input can be read only once.")
    }
  }

  func run() throws {
    let sentences = try lines(hypotheses)
    let references = try reference.map { file in
      let lines = try lines(file)
      guard lines.count == sentences.count else {
        throw UnrollError(
          .badData, file: name(file),
          "has \(lines.count) lines, and \(name(hypotheses)) has \(sentences.count)",
          advice: "line n of one must belong to line n of the other")
      }
      return lines
    }
    guard !sentences.isEmpty else {
      throw UnrollError(.badData, file: name(hypotheses), "there is no sentence in it", advice: "give one a line")
    }
    let bleu = try BLEU(lowercase: lowercase, tokenizer: tokenize).score(sentences, references: references)
    let chrF = try ChrF(lowercase: lowercase).score(sentences, references: references)
    try Results.write(to: nil) { put, _ in
      try put(json ? Self.object(bleu, chrF, sentences: sentences.count).text + "\n" : Self.text(bleu, chrF))
    }
  }

  /// All lines of a file as they are: sacreBLEU does not compose characters either.
  private func lines(_ file: String) throws -> [String] {
    let reader = try InputLines.reader(file, isNormalizing: false)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(line.text) }
    return lines
  }

  private func name(_ file: String) -> String { file == "-" ? "standard input" : file }

  private static func text(_ bleu: BLEUScore, _ chrF: ChrFScore) -> String {
    """
    \(bleu)
    \(bleu.signature)
    \(chrF)
    \(chrF.signature)

    """
  }

  /// The keys are listed in docs/json.md.
  private static func object(_ bleu: BLEUScore, _ chrF: ChrFScore, sentences: Int) -> JSONValue {
    [
      "sentences": .integer(sentences),
      "bleu": .number(bleu.score),
      "bleu_signature": .string(bleu.signature),
      "bleu_precisions": .array(bleu.precisions.map { .number($0) }),
      "brevity_penalty": .number(bleu.brevityPenalty),
      "hypothesis_length": .integer(bleu.hypothesisLength),
      "reference_length": .integer(bleu.referenceLength),
      "chrf": .number(chrF.score),
      "chrf_signature": .string(chrF.signature),
    ]
  }
}

extension BLEUTokenizer: ExpressibleByArgument {}
