import ArgumentParser
import SequenceModels
import TensorCore
import Workbench

/// `unroll-bench cnn`: image networks, as `cnn_speed.py` measures PyTorch's.
struct ConvolutionBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cnn",
    abstract: "Image networks: ResNet-18 and VGG-16 at 224×224, MobileNetV2, and the network for lip reading.",
    discussion: """
      'infer' is the forward pass with folded normalisations, 'train' forward and backward of the mean of the output.

      With --limit a row with the key "limit" follows each: oneDNN's convolutions and poolings alone, in the caches and \
      with their weights laid out beforehand, and which share of our time they are.
      """)

  @OptionGroup var options: BenchOptions

  @Option(help: "Only this network: resnet18, vgg16, mobilenet_v2 or small.") var net: String?

  @Flag(help: "Also measure oneDNN's operations alone.") var limit = false

  @Option(help: "Runs whose median is taken.") var runs = 5

  func run() throws {
    if let threads = options.threads { Workers.request(threads: threads) }
    try Workers.shared.run {
      let most = Workers.shared.count
      defer { Workers.shared.use(threads: most) }
      for threads in Set([1, most]).sorted() {
        Workers.shared.use(threads: threads)
        for (architecture, batch, height, width) in Self.cases where net == nil || net == architecture.rawValue {
          try measure(architecture, batch: batch, height: height, width: width, threads: threads)
        }
      }
    }
  }

  private static let cases: [(ImageArchitecture, Int, Int, Int)] = [
    (.resnet18, 8, 224, 224), (.vgg16, 4, 224, 224), (.mobileNetV2, 8, 224, 224), (.small, 750, 56, 104),
  ]

  private func measure(
    _ architecture: ImageArchitecture, batch: Int, height: Int, width: Int, threads: Int
  ) throws {
    var initializer = Initializer(seed: 1)
    let x = initializer.normal([batch, 3, height, width], deviation: 1)
    let network = try ImageClassifier(architecture, classes: 1000, height: height, width: width, using: &initializer)
    let parameters = network.parameters
    let prepared = network.backbone.prepared()
    for training in [false, true] {
      let ours = {
        guard training else {
          _ = network.output(prepared(x), on: nil)
          return
        }
        let tape = Tape()
        tape.backward(from: network(x, on: tape).mean())
        for (_, parameter) in parameters { parameter.gradient = nil }
      }
      func row(_ time: Double, _ more: [(name: String, value: JSONValue)] = []) {
        printRow(
          [
            ("net", .string(architecture.rawValue)), ("mode", .string(training ? "train" : "infer")),
            ("threads", .integer(threads)), ("batch", .integer(batch)), ("ms", .rounded(time * 1e3, 1)),
            ("images_per_s", .rounded(Double(batch) / time, 2)),
          ] + more, json: options.json)
      }
      guard limit else {
        row(medianSeconds(runs: runs, warmUp: 2, ours))
        continue
      }
      let alone = ImageOperationsAlone(network.backbone.network, images: batch, training: training)
      let times = mediansInTurn(runs: runs, warmUp: 2, [ours, { alone() }])
      row(times[0])
      row(times[1], [("limit", .string("oneDNN")), ("ratio", .rounded(times[1] / times[0], 2))])
    }
  }
}
