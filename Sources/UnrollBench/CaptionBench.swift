import ArgumentParser
import SequenceModels
import TensorCore
import TextIO
import VideoIO
import Workbench

/// `unroll-bench caption`: training steps of the networks that `caption_speed.py` trains.
struct CaptionBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caption",
    abstract: "Training of a network that writes captions: milliseconds a step, from features and from pictures.",
    discussion: """
      Both networks: a bidirectional GRU reads a clip, a GRU with general attention writes, AdamW, norm clipping.

      features: 32 clips of 40 frames that come as 1280 numbers each, 512 units, captions of 12 words out of 4000.

      pictures: recipes/caption/shapes-sentences.yaml, 16 clips of 48 frames of 64×64 with both differences, through four \
      strided convolutions; captions of 11 words out of 39.

      Clips and captions are random numbers that lie ready in memory.
      """)

  @OptionGroup var options: BenchOptions

  @Option(help: "Only from features, or only from pictures.") var only: CaptionCase?

  @Option(help: "Steps whose median is taken.") var runs = 10

  func run() throws {
    if let threads = options.threads { Workers.request(threads: threads) }
    try Workers.shared.run {
      for one in CaptionCase.allCases where only == nil || only == one { try measure(one) }
    }
  }

  private func measure(_ one: CaptionCase) throws {
    let network = try EncoderDecoder(
      one.model, frames: one.frames, features: 1280, vocabulary: one.vocabulary, initializer: Initializer(seed: 1))
    let (clips, target) = one.batch
    let rule = Optimizer.Rule.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01)
    var training = TrainingUpdates(network.parameters, rule, learningRate: 1e-3)
    var loss = Float.nan
    let time = medianSeconds(runs: runs, warmUp: 3) {
      loss =
        training.update {
          network.loss(source: clips, input: target.input, expected: target.expected, on: $0)
        }.mean.scalar
    }
    let batch = clips.layout.lengths.count
    printRow(
      [
        ("net", .string("caption \(one.rawValue)")), ("mode", "train"), ("threads", .integer(Workers.shared.count)),
        ("batch", .integer(batch)), ("ms", .rounded(time * 1e3, 1)),
        ("clips_per_s", .rounded(Double(batch) / time, 1)), ("loss", .rounded(Double(loss), 3)),
        ("parameters", .integer(training.count)),
        ("peak_tensor_mb", .integer(TensorAllocator.shared.statistics.peakBytesInUse >> 20)),
      ], json: options.json)
  }
}

/// What a network that writes captions is trained from.
enum CaptionCase: String, CaseIterable, ExpressibleByArgument {
  /// Features that were computed before.
  case features
  /// The pictures themselves.
  case pictures

  /// The network's shape.
  var model: CaptionModelSection {
    var model = CaptionModelSection()
    model.cell = .gruResetAfter
    switch self {
    case .features:
      model.encoder = .features
      model.hiddenSize = 512
      model.embeddingSize = 256
    case .pictures:
      model.channels = [24, 48, 64, 96]
      model.projectionSize = 128
      model.hiddenSize = 192
      model.embeddingSize = 64
    }
    return model
  }

  /// How pictures are shown to it.
  var frames: FrameSection? {
    guard self == .pictures else { return nil }
    var frames = FrameSection()
    frames.size = PixelSize(64, 64)
    frames.differences = true
    return frames
  }

  /// Words, with the special pieces.
  var vocabulary: Int { self == .features ? 4000 : 39 }

  /// Random clips and captions.
  var batch: (clips: ClipBatch, target: TargetBatch) {
    let (clips, frames, words) = self == .features ? (32, 40, 12) : (16, 48, 11)
    var initializer = Initializer(seed: 2)
    let shape = [clips * frames] + (self.frames.map { [$0.channels, $0.seen.height, $0.seen.width] } ?? [1280])
    var generator = SplitMix(seed: 1)
    let captions = (0..<clips).map { _ in
      (0..<words).map { _ in Int.random(in: 4..<vocabulary, using: &generator) }
    }
    return (
      ClipBatch(
        frames: initializer.normal(shape, deviation: 1),
        layout: FrameLayout(lengths: [Int](repeating: frames, count: clips))),
      TargetBatch(captions, SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3))
    )
  }
}
