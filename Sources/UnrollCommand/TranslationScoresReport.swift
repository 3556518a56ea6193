import Foundation
import Workbench

/// How probable a model finds given translations, for people and for programs.
struct TranslationScoresReport {
  private let scores: [TranslationScore]
  private let sum: Double
  private let units: Int

  init(_ scores: [TranslationScore]) {
    self.scores = scores
    sum = scores.reduce(0) { $0 + $1.sum }
    units = scores.reduce(0) { $0 + $1.logProbabilities.count }
  }

  private var mean: Double { sum / Double(max(1, units)) }

  /// A row a translation and one of all, columns separated by tabs.
  var text: String {
    let rows = scores.enumerated().map { Self.row("\($0 + 1)", $1.sum, $1.mean) } + [Self.row("all", sum, mean)]
    return rows.joined()
  }

  private static func row(_ name: String, _ sum: Double, _ mean: Double) -> String {
    "\(name)\t" + [sum, mean, exp(-mean)].map { String(format: "%.4f", $0) }.joined(separator: "\t") + "\n"
  }

  /// The keys are listed in docs/json.md.
  var object: JSONValue {
    .object(
      [.init("sentences", .integer(scores.count)), .init("units", .integer(units))] + Self.figures(sum, mean)
        + [.init("per_line", .array(scores.enumerated().map { Self.line($0 + 1, $1) }))])
  }

  private static func line(_ number: Int, _ score: TranslationScore) -> JSONValue {
    .object(
      [.init("line", .integer(number))] + figures(score.sum, score.mean) + [
        .init("pieces", .array(score.pieces.map { .string($0) })),
        .init("piece_log_probabilities", .array(score.logProbabilities.map { .number(Double("\($0)") ?? Double($0)) })),
      ])
  }

  private static func figures(_ sum: Double, _ mean: Double) -> [JSONValue.Member] {
    [
      .init("log_probability", .number(sum)), .init("mean_log_probability", .number(mean)),
      .init("perplexity", .number(exp(-mean))),
    ]
  }
}
