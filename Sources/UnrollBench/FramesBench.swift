import ArgumentParser
import Foundation
import VideoIO
import Workbench

/// `unroll-bench frames`: decoding and scaling videos.
struct FramesBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frames",
    abstract: "Reading videos: decoded and scaled frames a second, and decoding alone.")

  @OptionGroup var options: BenchOptions
  @Argument(help: "Videos to read.") var videos: [String]
  @Option(help: "Width and height of the scaled frames.") var size = 224
  @Option(help: "Measured runs at least, of which the median counts.") var runs = 5

  func run() throws {
    for video in videos {
      let url = URL(fileURLWithPath: video)
      var frames = 0
      // A short clip is over in milliseconds: a second of it is measured all the same.
      let start = ContinuousClock.now
      _ = try scaled(url)
      let enough = Int(1 / max(seconds(since: start), 0.01))
      let times = try mediansInTurn(
        runs: max(runs, enough), warmUp: 1,
        [{ frames = try scaled(url) }, { _ = try decoded(url) }])
      for (work, seconds) in zip(["decode and scale to \(size)x\(size)", "decode alone"], times) {
        printRow(
          [
            ("reader", .string("unroll")), ("video", .string(url.lastPathComponent)), ("work", .string(work)),
            ("frames", .integer(frames)), ("seconds", .rounded(seconds, 4)),
            ("frames_per_s", .rounded(Double(frames) / seconds, 1)),
          ], json: options.json)
      }
    }
  }

  /// Opens the video, takes every frame scaled, and counts them.
  private func scaled(_ url: URL) throws -> Int {
    let reader = try FrameReader(url, options: .init(threads: options.threads))
    let frames = reader.frames(as: FrameTransform(size: PixelSize(size, size))).makeIterator()
    var count = 0
    while try frames.next() != nil { count += 1 }
    return count
  }

  /// The same without scaling.
  private func decoded(_ url: URL) throws -> Int {
    let reader = try FrameReader(url, options: .init(threads: options.threads))
    var count = 0
    try reader.decodeAll { count += 1 }
    return count
  }
}
