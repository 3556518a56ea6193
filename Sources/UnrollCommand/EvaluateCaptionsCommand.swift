import ArgumentParser
import Diagnostics
import Foundation
import Workbench

/// `unroll evaluate captions`: captions of clips and stills against what people wrote.
struct EvaluateCaptionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "captions",
    abstract: "Measures captions: BLEU, ROUGE-L, CIDEr, error rates.",
    discussion: """
      Both files may be COCO or MSR-VTT JSON, results ([{"image_id": 1, "caption": \
      "…"}], or such an object a line; also video_id or file), Flickr's CSV, or a \
      clip, a tab and a caption a line; which one is told by the content. A clip \
      may have several references and has one result. Clips are matched by number \
      or name, with or without folder and ending.

      BLEU-1 to 4, ROUGE-L and CIDEr (CIDEr-D) are the fractions that pycocoevalcap \
      prints for the same words; papers give 100 times as much. Its tokenizer needs \
      Java: docs/captions.md says where ours differs. CIDEr weighs words by how few \
      clips they occur in: it needs many clips, and is 0 for one. Errors of words \
      and characters (WER, CER) are counted against the best reference.

      Examples:
        unroll evaluate captions results.json captions_val2014.json
        unroll evaluate captions results.json videodatainfo.json --split test
        unroll evaluate captions results.tsv sentences.tsv --split test.bundle
        unroll evaluate captions words.tsv references.tsv --no-tokenize --json
      """)

  @Argument(help: ArgumentHelp("The captions to measure; - is standard input.", valueName: "results"))
  var results: String

  @Argument(help: ArgumentHelp("What people wrote.", valueName: "references"))
  var references: String

  @Option(
    help: ArgumentHelp(
      "The clips to measure: a split of the references, or a list with a clip a line.", valueName: "split"))
  var split: String?

  @Flag(help: "Leave out clips without a result.")
  var partial = false

  @Flag(help: "Captions are words already, with spaces between them.")
  var noTokenize = false

  @Flag(help: "Print the scores of each clip too.")
  var perClip = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if results == "-", references == "-" { throw ValidationError("Standard input can be read only once.") }
  }

  func run() throws {
    let pairs = try CaptionPairs(
      results: table(results, allowsEmpty: true), references: table(references, allowsEmpty: false), selection,
      isPartial: partial, note: complain)
    if pairs.missing > 0 {
      warn("\(counted(pairs.missing, "clip")) without a result, which \(pairs.missing == 1 ? "was" : "were") left out")
    }
    let tokenizer = noTokenize ? CaptionTokenizer.none : .treebank
    let report = CaptionScoresReport(
      scores: CaptionScores(pairs.corpus(tokenizer)), pairs: pairs.pairs, tokenizer: tokenizer)
    try Results.write(to: nil) { put, _ in
      if json { return try put(report.json(perClip: perClip).text + "\n") }
      try put(report.text)
      if perClip { try put("\n" + report.clips) }
    }
  }

  private var selection: CaptionPairs.Selection {
    guard let split else { return .all }
    return ["train", "valid", "test"].contains(split) ? .split(split) : .list(URL(fileURLWithPath: split))
  }

  private func table(_ file: String, allowsEmpty: Bool) throws -> CaptionTable {
    // Words that are given as they are must be compared as they are.
    let options = CaptionTable.Options(allowsEmpty: allowsEmpty, isNormalizing: !noTokenize)
    if file == "-" { return try CaptionTable(CaptionTable.lines(descriptor: STDIN_FILENO), options, note: complain) }
    return try CaptionTable(contentsOf: URL(fileURLWithPath: file), options, note: complain)
  }
}
