import ArgumentParser
import Foundation
import TensorCore
import VideoIO
import Workbench

/// `unroll-bench label`: the pipeline from a video to its labels.
struct LabelBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Labelling videos: frames a second, beside decoding alone and the network alone.",
    discussion: """
      Decoding and the network share the threads, so that the most there could be is \
      1 / (1 / decode + 1 / network), with each measured alone on all threads; the \
      share of it that is reached comes last.
      """)

  @OptionGroup var options: BenchOptions
  @Argument(help: "Videos to label.") var videos: [String]
  @Option(help: "A model folder, or its name.") var model: String?
  @Option(help: "An untrained network instead: mobilenet-lstm.") var network: UntrainedNetwork?
  @Option(help: "Measured runs at least, of which the median counts.") var runs = 5

  func run() throws {
    if let threads = options.threads { Workers.request(threads: threads) }
    let labels = try network.map { try $0.model() } ?? LabelModel(ModelFinder().findLabeler(model))
    for video in videos { try measure(URL(fileURLWithPath: video), labels) }
  }

  private func measure(_ url: URL, _ model: LabelModel) throws {
    var kept: [FrameFeed.Chunk] = []
    let feed = try model.feed(reader(url), file: url.path)
    while let chunk = try feed.next() { kept.append(chunk) }
    var frames = 0
    // A short clip is over in milliseconds: a second of it is measured all the same.
    let start = ContinuousClock.now
    frames = try count(LabelStream(model, reader(url), file: url.path))
    let enough = Int(1 / max(seconds(since: start), 0.01))
    let times = try mediansInTurn(
      runs: max(runs, enough), warmUp: 1,
      [
        { _ = try count(LabelStream(model, reader(url), file: url.path)) },
        {
          let iterator = try reader(url).frames(as: model.frames?.transform ?? FrameTransform()).makeIterator()
          while try iterator.next() != nil {}
        },
        {
          var rest = kept[...]
          _ = try count(LabelStream(model) { rest.popFirst() })
        },
      ])
    let rates = times.map { Double(frames) / $0 }
    let most = 1 / (1 / rates[1] + 1 / rates[2])
    printRow(
      [
        ("video", .string(url.lastPathComponent)), ("frames", .integer(frames)),
        ("threads", .integer(Workers.shared.count)), ("decode_frames_per_s", .rounded(rates[1], 1)),
        ("network_frames_per_s", .rounded(rates[2], 1)), ("pipeline_frames_per_s", .rounded(rates[0], 1)),
        ("share", .rounded(rates[0] / most, 3)),
      ], json: options.json)
  }

  private func reader(_ url: URL) throws -> FrameReader {
    try FrameReader(url, options: .init(threads: options.threads))
  }

  private func count(_ stream: LabelStream) throws -> Int {
    var frames = 0
    while try stream.next() != nil { frames += 1 }
    return frames
  }
}

/// Networks that are measured without having learnt anything.
enum UntrainedNetwork: String, ExpressibleByArgument {
  /// MobileNetV2 with an LSTM of 256 units behind it, as the peer's.
  case mobilenetLSTM = "mobilenet-lstm"

  func model() throws -> LabelModel {
    var section = LabelModelSection()
    section.encoder = .mobileNetV2
    section.cell = .lstm
    section.hiddenSize = 256
    section.bidirectional = false
    var frames = FrameSection()
    frames.size = PixelSize(224, 224)
    frames.normalization = .signed
    return try LabelModel(untrained: section, frames, labels: LabelNames((0..<1000).map { "label \($0)" }))
  }
}
