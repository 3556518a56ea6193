import ArgumentParser
import Foundation
import TextIO
import Unroll
import Workbench

/// `unroll translate`: one line out for each line in.
struct TranslateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Translates text, line by line.",
    discussion: """
      One line comes out for each line that goes in, in order, and an empty one \
      for an empty or blank one. Lines are answered when input pauses, and \
      translated together while it does not. What is not UTF-8 in a line is \
      replaced, with a warning.

      A line is translated sentence by sentence, and the blanks before, between \
      and behind its sentences are kept. Sentences end at punctuation and at tabs; \
      abbreviations of English, French, German, Spanish, Italian and Portuguese \
      are known. A sentence of more than --max-source-length units is divided at \
      ; : or , or else at a blank, with a warning. A warning \
      also says which translation was cut at its greatest length, and that only the \
      beginning was translated of a word that is too long, or of a line of more \
      than 64 KiB. With --no-split a line is one sentence, of at most 1000 units.

      With --n-best every line has as many rows as there are translations, best \
      first, each of three columns separated by tabs: the number of the line, the \
      score, the translation. So it is with --alternatives, where the rows begin \
      differently behind the prefix, and with --sample, where they are as drawn. \
      Of several sentences the rows are combinations, best first by the sum of their \
      scores; samples go by their number, and alternatives differ in the first sentence.

      A prefix is what translations begin with; its last word may go on. A line whose \
      prefix has several sentences is not split. The random numbers of samples depend \
      on the seed and the sentence's text, not on its neighbours or the number of \
      threads. Several models translate together: at each step the mean of their \
      probabilities counts. All options of the search are explained in \
      docs/search.md.

      A model is a folder, or the name of one. Without --model, the first that \
      fits --from and --to is taken from the folders of $UNROLL_MODELS (separated \
      by colons), ../share/unroll/models beside the program, and models in each \
      folder from the program's upwards.

      Examples:
        echo "Where is the station?" | unroll translate
        unroll translate letter.txt --from en --to fr --output lettre.txt
        unroll translate letter.txt --model models/tatoeba-en-fr --n-best 3
        unroll translate letter.txt --json | jq .text
        unroll translate one-sentence-a-line.txt --no-split
        unroll translate letter.txt --prefix "Je" --alternatives 5
        unroll translate letter.txt --sample --top-p 0.9 --seed 7
        unroll translate letter.txt --model runs/one/model --model runs/two/model
        unroll translate corpus.txt --no-split --compute-type int8 --output corpus.fr
      """)

  /// Lines that are translated together, at most.
  private static let batch = 256
  /// Bytes after which no line is added to those that are translated together.
  private static let batchBytes = 1 << 16
  /// The longest line in bytes; the rest of it is left out.
  private static let longestLine = 1 << 16

  @Argument(help: ArgumentHelp("Text; standard input when left out.", valueName: "file"))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "A model folder, or its name; given several times, models that translate together.", valueName: "model"))
  var model: [String] = []

  @Option(help: ArgumentHelp("The language of the text.", valueName: "language"))
  var from: String?

  @Option(help: ArgumentHelp("The language to translate into.", valueName: "language"))
  var to: String?

  @OptionGroup var search: SearchArguments

  @Option(
    help: ArgumentHelp(
      "The most units for each unit of the line, and ten more. (default: the model's)", valueName: "number"))
  var maxLengthRatio: Double?

  @Option(help: ArgumentHelp("What every translation begins with.", valueName: "text"))
  var prefix: String?

  @Option(
    help: ArgumentHelp(
      "What the translation of each line begins with, a line each; it may be empty.", valueName: "file"))
  var prefixFile: String?

  @Option(
    help: ArgumentHelp("The best translations that differ in the unit behind the prefix.", valueName: "number"))
  var alternatives: Int?

  @Option(
    help: ArgumentHelp(
      "The most units of a sentence that is translated in one piece. (default: the model's)", valueName: "number"))
  var maxSourceLength: Int?

  @Flag(help: "Take each line as one sentence, without its blanks at either end.")
  var noSplit = false

  @Flag(help: "Put the source word that attention was on most in the place of an unknown one; for models of words.")
  var replaceUnknown = false

  @Option(
    help: ArgumentHelp(
      "Numbers that the decoder computes with; int8 is faster and a little less exact.", valueName: "type"))
  var computeType = ComputeType.float32

  @Flag(help: "Print a JSON object for each line.")
  var json = false

  @Flag(help: "With --json: how much of its attention each unit gave each unit of the sentence.")
  var attention = false

  @Option(help: ArgumentHelp("Write to a file, which appears when it is complete.", valueName: "file"))
  var output: String?

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Do not warn.")
  var quiet = false

  func validate() throws {
    if prefix != nil, prefixFile != nil { throw ValidationError("Give one of --prefix and --prefix-file.") }
    if prefixFile == "-", file == nil || file == "-" {
      throw ValidationError("Standard input can be read only once.")
    }
    if attention, !json { throw ValidationError("--attention needs --json.") }
  }

  func run() throws {
    let reader = try lineReader()
    let finder = ModelFinder()
    let folders =
      try model.isEmpty
      ? [finder.find(nil, from: from, to: to)] : model.map { try finder.find($0, from: from, to: to) }
    let translator = try Translator(folders, threads: computing.threads, computeType: computeType)
    let prefixes = try PrefixLines(prefix, file: prefixFile, for: translator)
    var progress = try progressLine()
    var done = 0
    try Results.write(to: output) { put, flush in
      try InputLines.forEachBatch(of: reader, limit: Self.batch, bytes: Self.batchBytes) { lines in
        let translations = try translator.translate(
          lines.map(\.text), prefixes: prefixes.next(lines.count), options: options)
        for (line, translation) in zip(lines, translations) {
          let line = TranslatedLine(
            line: line, translation: translation, hasChosenLength: search.maxLength != nil || maxLengthRatio != nil)
          if !quiet, !line.warnings.isEmpty { progress?.clear() }
          if !quiet { for warning in line.warnings { warn("\(reader.name):\(line.line.number): \(warning)") } }
          let text = json ? line.object(showsAttention: attention).text : hasRows ? line.rows : line.text
          try put(text + "\n")
        }
        try flush()
        done += lines.count
        progress?.update(done: done)
      }
      try prefixes.finish(lines: done)
    }
    progress?.finish()
  }

  private func lineReader() throws -> LineReader {
    try InputLines.reader(file, invalidText: .repair, longLine: .cut, maximumLineBytes: Self.longestLine)
  }

  private var options: TranslationOptions {
    var options = TranslationOptions(search: search.settings, alternatives: alternatives, keepsAttention: attention)
    options.search.maximumLengthRatio = maxLengthRatio
    if alternatives == nil { options.search.nBest = search.nBest ?? 1 }
    if replaceUnknown { options.replacesUnknown = true }
    options.splitsSentences = !noSplit
    options.maximumSourceLength = maxSourceLength
    return options
  }

  /// Whether a line may have several translations, and so several rows.
  private var hasRows: Bool { (search.nBest ?? alternatives ?? 1) > 1 }

  /// A progress line, where somebody watches and the translations of a file go elsewhere.
  private func progressLine() throws -> ProgressLine? {
    guard let file, file != "-", !quiet, isatty(STDERR_FILENO) == 1, output != nil || isatty(STDOUT_FILENO) == 0 else {
      return nil
    }
    let reader = try lineReader()
    var total = 0
    while try reader.next() != nil { total += 1 }
    return ProgressLine(label: "translating", total: total, unit: "lines")
  }
}
