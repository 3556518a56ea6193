import Foundation
import Workbench

/// How `unroll evaluate captions` prints scores: fractions, as pycocoevalcap does.
struct CaptionScoresReport {
  let scores: CaptionScores
  let pairs: [CaptionPairs.Pair]
  let tokenizer: CaptionTokenizer

  private static let names = ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr", "WER", "CER"]
  private var signature: String { "\(scores.signature)|tok:\(tokenizer.rawValue)" }
  private var references: Int { pairs.reduce(0) { $0 + $1.references.count } }

  /// The scores, a line each, and how they were computed.
  var text: String {
    let corpus = scores.corpus
    let behind = [
      "WER": "  \(corpus.words.errors) errors in \(counted(corpus.words.length, "word"))",
      "CER": "  \(corpus.characters.errors) errors in \(counted(corpus.characters.length, "character"))",
    ]
    let rows =
      [("captions", "\(pairs.count), with \(counted(references, "reference"))")]
      + zip(Self.names, Self.values(corpus)).map { ($0, Self.figure($1) + (behind[$0] ?? "")) }
      + [("exact", "\(Self.figure(corpus.exact))  of the captions are a reference word for word")]
    return rows.map { $0.0.padding(toLength: 10, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined() + signature
      + "\n"
  }

  /// A row a clip.
  var clips: String {
    let width = max(4, pairs.map(\.name.count).max() ?? 0)
    func row(_ name: String, _ cells: [String]) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
        + cells.map { String(repeating: " ", count: max(1, 9 - $0.count)) + $0 }.joined() + "\n"
    }
    return row("clip", Self.names)
      + zip(pairs, scores.clips).map { row($0.name, Self.values($1).map(Self.figure)) }.joined()
  }

  /// The keys are listed in docs/json.md.
  func json(perClip: Bool) -> JSONValue {
    var members = [
      JSONValue.Member("clips", .integer(pairs.count)), .init("references", .integer(references)),
    ]
    members += Self.members(scores.corpus)
    members.append(.init("signature", .string(signature)))
    if perClip {
      let clips = zip(pairs, scores.clips).map { pair, figures in
        JSONValue.object(
          [.init("clip", .string(pair.name)), .init("caption", .string(pair.result))] + Self.members(figures))
      }
      members.append(.init("per_clip", .array(clips)))
    }
    return .object(members)
  }

  private static func members(_ figures: CaptionScores.Figures) -> [JSONValue.Member] {
    figures.bleu.enumerated().map { .init("bleu_\($0 + 1)", .number($1)) } + [
      .init("rouge_l", .number(figures.rougeL)),
      .init("cider", .number(figures.cider)),
      .init("wer", .number(figures.words.rate)),
      .init("cer", .number(figures.characters.rate)),
      .init("word_errors", .integer(figures.words.errors)),
      .init("reference_words", .integer(figures.words.length)),
      .init("exact", .number(figures.exact)),
    ]
  }

  private static func values(_ figures: CaptionScores.Figures) -> [Double] {
    figures.bleu + [figures.rougeL, figures.cider, figures.words.rate, figures.characters.rate]
  }

  private static func figure(_ value: Double) -> String { value.isFinite ? String(format: "%.4f", value) : "-" }
}
