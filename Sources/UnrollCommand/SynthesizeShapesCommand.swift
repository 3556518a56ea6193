import ArgumentParser
import Diagnostics
import Foundation
import VideoIO
import Workbench

/// `unroll synthesize shapes`: clips of moving shapes with labels.
struct SynthesizeShapesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shapes",
    abstract: "Makes clips of moving shapes with a label for every frame.",
    discussion: """
      Each clip shows a coloured shape that appears, does one thing or more (move, \
      bounce, turn, grow, shrink) and may vanish. The label of a frame says what \
      changes between the frame before and this one. The folder has the layout of \
      MS-TCN: clips, groundTruth, mapping.txt and splits; also a label and a \
      sentence for each clip, in clip_labels.tsv and sentences.tsv, and the \
      shape's colour, kind and actions at every time, in attributes.csv.

      The same seed gives the same frames everywhere: frames.sha256 has their \
      digests. A folder that is unfinished is completed by the same command.

      Examples:
        unroll synthesize shapes --clips 100 --out runs/shapes-tiny-data
        unroll synthesize shapes --clips 2000 --out runs/shapes-data
        unroll synthesize shapes --clips 20 --out tiny --splits 60,20,20
        unroll synthesize shapes --clips 3 --out demo --size 320x240 --seed 7
      """)

  @Option(help: ArgumentHelp("How many clips to make.", valueName: "number"))
  var clips: Int

  @Option(help: ArgumentHelp("The folder to write to, made if there is none.", valueName: "folder"))
  var out: String

  @Option(help: ArgumentHelp("What everything is drawn from.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("The size of the frames. (default: 64x64)", valueName: "WxH"))
  var size: SizeArgument?

  @Option(help: ArgumentHelp("The fewest and the most frames of a clip. (default: 32..64)", valueName: "A..B"))
  var frames: LengthsArgument?

  @Option(help: ArgumentHelp("Frames a second.", valueName: "number"))
  var rate = 15

  @Option(
    help: ArgumentHelp(
      "Percent of the clips to train, validate and test with. (default: 80,10,10)", valueName: "A,B,C"))
  var splits: SharesArgument?

  @Option(help: ArgumentHelp("Clips to make at once. (default: one a core)", valueName: "number"))
  var threads: Int?

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    func check<Number: Comparable>(_ number: Number, _ range: ClosedRange<Number>, _ option: String) throws {
      if !range.contains(number) {
        throw ValidationError(
          "The value '\(number)' is invalid for '\(option)': choose a number from \(range.lowerBound) to "
            + "\(range.upperBound).")
      }
    }
    try check(clips, 1...1_000_000, "--clips")
    try check(rate, 1...240, "--rate")
    if let threads { try check(threads, 1...1024, "--threads") }
    if out.isEmpty { throw ValidationError("The name of the folder is empty: name one with --out.") }
    if let size = size?.size, min(size.width, size.height) < ShapeSettings.shortestSide {
      throw ValidationError(
        "Frames of \(size) pixels are too small: choose \(ShapeSettings.shortestSide) or more in width and height.")
    }
    if let range = frames?.range, range.lowerBound < ShapeSettings.fewestFrames {
      throw ValidationError(
        "Clips of \(range.lowerBound) frames are too short: \(ShapeSettings.fewestFrames) are needed.")
    }
  }

  func run() throws {
    var settings = ShapeSettings(clips: clips, seed: seed, rate: rate)
    if let size { settings.size = size.size }
    if let frames { settings.frames = frames.range }
    if let splits { settings.splits = splits.percent }
    let dataSet = try ShapeDataSet(settings, in: URL(fileURLWithPath: out, isDirectory: true))
    StopSignal.install()
    var progress = ProgressLine(label: "drawing", total: clips, unit: "clips", isQuiet: quiet)
    let isComplete: Bool
    do {
      isComplete = try dataSet.generate(
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, progress: { progress.update(done: $0) },
        stop: { StopSignal.isRaised })
    } catch {
      progress.clear()
      throw error
    }
    guard isComplete else {
      progress.clear()
      throw UnrollError(.interrupted, file: out, "stopped", advice: "go on with the same command")
    }
    progress.finish()
  }
}

/// Two numbers such as `32..64`, or one that is both.
struct LengthsArgument: ExpressibleByArgument {
  /// The longest clip that can be asked for.
  private static let longest = 10_000

  let range: ClosedRange<Int>

  init?(argument: String) {
    let numbers = argument.components(separatedBy: "..").map { Int($0) }
    guard let first = numbers[0], let last = numbers[numbers.count - 1], numbers.count <= 2, first > 0, first <= last,
      last <= Self.longest
    else { return nil }
    range = first...last
  }
}

/// Three numbers such as `80,10,10`, together 100.
struct SharesArgument: ExpressibleByArgument {
  let percent: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    percent = numbers.compactMap { $0 }
    guard numbers.count == 3, percent.count == 3, percent.allSatisfy({ (0...100).contains($0) }),
      percent.reduce(0, +) == 100
    else { return nil }
  }
}
