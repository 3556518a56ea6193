import ArgumentParser
import Diagnostics
import Foundation
import TensorCore
import TextIO
import Workbench

/// `unroll evaluate text`: BLEU and chrF, or what a model thinks of translations.
struct EvaluateTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Measures text: BLEU and chrF, as sacreBLEU gives them.",
    discussion: """
      Files hold one sentence a line, detokenized, and may be gzip. Line n of every \
      reference belongs to line n of the hypotheses. Each score comes with its \
      signature, which says how it was computed.

      With --score-with a model scores the sentences as translations of those of \
      --source: a row for each of its number, log-probability, mean \
      log-probability of a unit and perplexity, separated by tabs; the end of a \
      sentence counts as a unit. The last row is of all of them together.

      Examples:
        unroll evaluate text hypotheses.txt --reference reference.txt
        unroll translate en.txt | unroll evaluate text - --reference fr.txt
        unroll evaluate text hypotheses.txt --reference a.txt b.txt --json
        unroll evaluate text fr.txt --score-with models/tatoeba-en-fr --source en.txt
      """)

  @Argument(help: ArgumentHelp("The sentences to measure; - is standard input.", valueName: "hypotheses"))
  var hypotheses: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("What the sentences should be; several are allowed.", valueName: "file"))
  var reference: [String] = []

  @Option(
    help: ArgumentHelp("A model folder, or its name, that scores the sentences as translations.", valueName: "model"))
  var scoreWith: String?

  @Option(help: ArgumentHelp("With --score-with: what was translated, a line each.", valueName: "file"))
  var source: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Take upper and lower case for the same.")
  var lowercase = false

  @Option(help: ArgumentHelp("How BLEU cuts sentences into words.", valueName: "name"))
  var tokenize = BLEUTokenizer.thirteenA

  @OptionGroup var computing: ComputingOptions

  func validate() throws {
    guard reference.isEmpty != (scoreWith == nil) else {
      throw ValidationError(
        scoreWith == nil
          ? "Missing expected argument '--reference <file> ...'." : "Give one of --reference and --score-with.")
    }
    guard (source == nil) == (scoreWith == nil) else {
      throw ValidationError("--score-with and --source go together: the model, and what was translated.")
    }
    if scoreWith != nil, lowercase || tokenize != .thirteenA {
      throw ValidationError("--lowercase and --tokenize are for --reference: a model reads the text as it is.")
    }
    if ([hypotheses] + reference + (source.map { [$0] } ?? [])).count(where: { $0 == "-" }) > 1 {
      throw ValidationError("Standard input can be read only once.")
    }
  }

  func run() throws {
    if let scoreWith, let source { return try score(with: scoreWith, source) }
    let sentences = try lines(hypotheses)
    let references = try reference.map { try lines($0, besides: sentences) }
    try checkSome(sentences)
    let bleu = try BLEU(lowercase: lowercase, tokenizer: tokenize).score(sentences, references: references)
    let chrF = try ChrF(lowercase: lowercase).score(sentences, references: references)
    try Results.write(to: nil) { put, _ in
      try put(json ? Self.object(bleu, chrF, sentences: sentences.count).text + "\n" : Self.text(bleu, chrF))
    }
  }

  /// Scores the sentences as translations.
  private func score(with model: String, _ source: String) throws {
    let sentences = try lines(hypotheses, isNormalizing: true)
    let sources = try lines(source, besides: sentences, isNormalizing: true)
    try checkSome(sentences)
    let folder = try ModelFinder().find(model)
    if let threads = computing.threads { Workers.request(threads: threads) }
    let scores = try TranslationModel(folder).scores(of: sentences, for: sources)
    try Results.write(to: nil) { put, _ in
      let report = TranslationScoresReport(scores)
      try put(json ? report.object.text + "\n" : report.text)
    }
  }

  private func checkSome(_ sentences: [String]) throws {
    guard !sentences.isEmpty else {
      throw UnrollError(.badData, file: name(hypotheses), "there is no sentence in it", advice: "give one a line")
    }
  }

  /// The lines of a file that must have as many as the sentences are.
  private func lines(_ file: String, besides sentences: [String], isNormalizing: Bool = false) throws -> [String] {
    let lines = try lines(file, isNormalizing: isNormalizing)
    guard lines.count == sentences.count else {
      throw UnrollError(
        .badData, file: name(file), "has \(lines.count) lines, and \(name(hypotheses)) has \(sentences.count)",
        advice: "line n of one must belong to line n of the other")
    }
    return lines
  }

  /// All lines of a file: as they are for scores of text, since sacreBLEU does not compose characters either; composed for a
  /// model, which learnt from such text.
  private func lines(_ file: String, isNormalizing: Bool = false) throws -> [String] {
    let reader = try InputLines.reader(file, isNormalizing: isNormalizing)
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
