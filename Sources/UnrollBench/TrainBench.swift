import ArgumentParser
import Foundation
import SequenceModels
import TensorCore
import TextIO
import Workbench

/// `unroll-bench train`: training steps of the network that `torch_seq2seq.py` trains.
struct TrainBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Training of a translation model: target pieces a second, end pieces counted, padding not.",
    discussion: """
      The network: bidirectional LSTM encoder (256 a direction), LSTM decoder (512), general attention, embeddings of 256, \
      dropout 0.3, label smoothing 0.1, Adam, norm clipping, batches of 64 sentences of like length. Without files, \
      random sentences of Multi30k's lengths over 6000 pieces. With --attention additive --input-feeding it is the network of \
      JoeyNMT's recurrent models.
      """)

  @OptionGroup var options: BenchOptions
  @Option(help: "A SentencePiece model for both sides.") var vocabulary: String?
  @Option(help: "Source sentences, one a line.") var source: String?
  @Option(help: "Their translations.") var target: String?
  @Option(help: "Training steps that are measured, after 10 to warm up.") var steps = 200
  @Option(help: "How the decoder compares its state with the source.") var attention = ModelSection.Attention.general
  @Flag(help: "Let the decoder read its last attentional vector (Luong et al., 2015).") var inputFeeding = false
  @Flag(help: "Also print where the time goes, an operation a row, and the share of this machine's limits.")
  var profile = false

  func run() throws {
    if let threads = options.threads { Workers.request(threads: threads) }
    let (data, vocabularySize, special) = try makeData()
    let network = Workers.shared.run {
      EncoderDecoder<TokenEncoder>(
        model, sourceVocabulary: vocabularySize, targetVocabulary: vocabularySize, initializer: Initializer(seed: 1))
    }
    Workers.shared.run { measure(network, data, special) }
  }

  private var model: ModelSection {
    var model = ModelSection()
    model.layers = 1
    model.bridge = .linear
    model.dropout = 0.3
    model.attention = attention
    model.inputFeeding = inputFeeding
    return model
  }

  private func measure(_ network: EncoderDecoder<TokenEncoder>, _ data: TranslationData, _ special: SpecialPieces) {
    var training = TrainingUpdates(
      network.parameters, .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 7e-4)
    var plan = DataSection.blank
    plan.bucketSize = 64 * 50
    var queue: [[Int]] = []
    var (epoch, tokens, loss) = (0, 0, Float.nan)
    var start = ContinuousClock.now
    func update(_ step: Int, _ profile: Profile? = nil) {
      if step == 10 { (start, tokens) = (.now, 0) }
      if queue.isEmpty {
        queue = data.batches(plan, seed: 1, epoch: epoch)
        epoch += 1
      }
      let batch = TranslationBatch(queue.removeLast().map { data.pairs[$0] }, special, special)
      profile?.lap("batches")
      let result = training.update(profile) {
        network.loss(
          source: batch.source, input: batch.input, expected: batch.expected, labelSmoothing: 0.1, on: $0)
      }
      tokens += result.units
      loss = result.mean.scalar
    }
    for step in 0..<10 { update(step) }
    var profiled: Profile?
    if profile {
      profiled = Profile.measure { profile in
        for step in 10..<steps + 10 { update(step, profile) }
      }
    } else {
      for step in 10..<steps + 10 { update(step) }
    }
    let time = seconds(since: start)
    printRow(
      [
        ("job", "train"), ("threads", .integer(Workers.shared.count)),
        ("target_tokens_per_s", .integer(Int(Double(tokens) / time))), ("loss", .rounded(Double(loss), 3)),
        ("parameters", .integer(training.count)),
        ("peak_tensor_mb", .integer(TensorAllocator.shared.statistics.peakBytesInUse >> 20)),
      ], json: options.json)
    if let profiled { ProfileTable(profile: profiled, steps: steps, limits: MachineLimits()).print(json: options.json) }
  }

  private func makeData() throws -> (TranslationData, vocabularySize: Int, SpecialPieces) {
    guard let vocabulary, let source, let target else { return randomData() }
    let pieces = try loadVocabulary(at: URL(fileURLWithPath: vocabulary))
    let text = try ParallelText.load(
      source: URL(fileURLWithPath: source), target: URL(fileURLWithPath: target), skipBadLines: true)
    return (TranslationData(text, VocabularyPair(joint: pieces)), pieces.count, pieces.special)
  }

  /// About 15 pieces a side, as Multi30k has with 6000 joint pieces.
  private func randomData() -> (TranslationData, vocabularySize: Int, SpecialPieces) {
    var generator = SplitMix(seed: 1)
    func sentence(_ length: Int) -> [Int] { (0..<length).map { _ in Int.random(in: 4..<6000, using: &generator) } }
    let pairs = (0..<8192).map { _ in
      let length = (0..<3).reduce(3) { sum, _ in sum + Int.random(in: 0...8, using: &generator) }
      let stretch = Int.random(in: -2...3, using: &generator)
      return IDPair(source: sentence(length) + [3], target: sentence(max(1, length + stretch)))
    }
    return (TranslationData(pairs), 6000, SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3))
  }
}

extension ModelSection.Attention: ExpressibleByArgument {}
