import ArgumentParser
import Foundation
import SequenceModels
import TensorCore
import TextIO
import Unroll
import Workbench

/// `unroll-bench decode`: beam search with a trained model.
struct DecodeBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "Beam search with a trained model: sentences a second, text to text.")

  @OptionGroup var options: BenchOptions
  @Option(help: "The model folder (default: the shipped model).") var model: String?
  @Option(help: "Numbers that the decoder computes with.") var computeType = ComputeType.float32
  @Option(help: "Sentences to translate, one a line.") var source: String?
  @Option(help: "Hypotheses a sentence.") var beamSize = 5
  @Option(help: "Sentences a batch.") var batchSize = 64
  @Option(help: "Sentences taken from the file.") var most = 1000

  func run() throws {
    if let threads = options.threads { Workers.request(threads: threads) }
    let folder = try ModelFinder().find(model)
    let translator = try TranslationModel(folder).computing(with: computeType)
    var search = SearchOptions(folder.description.search, target: translator.vocabularies.target.special)
    search.beamSize = beamSize
    search.nBest = 1
    let sentences = try lines()
    _ = try translator.translate(Array(sentences.prefix(batchSize)), options: search, batchSize: batchSize)
    var rates: [Double] = []
    for _ in 0..<3 {
      let start = ContinuousClock.now
      _ = try translator.translate(sentences, options: search, batchSize: batchSize)
      rates.append(Double(sentences.count) / seconds(since: start))
    }
    printRow(
      [
        ("job", .string("beam \(beamSize)")), ("compute_type", .string(computeType.rawValue)),
        ("threads", .integer(Workers.shared.count)),
        ("sentences_per_s", .rounded(rates.sorted()[1], 1)), ("sentences", .integer(sentences.count)),
        ("peak_tensor_mb", .integer(TensorAllocator.shared.statistics.peakBytesInUse >> 20)),
      ], json: options.json)
  }

  private func lines() throws -> [String] {
    guard let source else { return Self.phrases.flatMap { [String](repeating: $0, count: 32) } }
    let reader = try LineReader(URL(fileURLWithPath: source), invalidText: .repair)
    var lines: [String] = []
    while lines.count < most, let line = try reader.next() { lines.append(line.text) }
    return lines
  }

  /// Everyday sentences of several lengths, for a run without a file.
  private static let phrases = [
    "Hello.", "Where is the station?", "I would like a cup of coffee, please.", "She has never been to the seaside.",
    "What time does the train to the city leave tomorrow morning?", "He forgot his umbrella at the office again.",
    "We should talk about this before the others come back.",
    "The children are playing in the garden behind the house.",
  ]
}
