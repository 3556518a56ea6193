import ArgumentParser
import Diagnostics
import Foundation
import VideoIO
import Workbench

/// How every verb of `unroll frames` reads a video.
struct FrameInputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The stream of the file, from 0. (default: the first that shows a video)", valueName: "number"))
  var stream: Int?

  @Option(
    help: ArgumentHelp(
      "Frames a second of a stream that has no times of its own, such as raw MJPEG: 15, 29.97 or 30000/1001. "
        + "(default: 25, with a warning)", valueName: "rate"))
  var inputRate: RateArgument?

  @Flag(help: "Stop at damage, instead of concealing and counting it.")
  var strict = false

  @Flag(help: "Allow addresses on a network, also those in a playlist.")
  var network = false

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Show no progress and do not warn.")
  var quiet = false

  /// Opens what an argument names: `-` is standard input, what has `://` in it an address, all else a file.
  func reader(_ file: String) throws -> FrameReader {
    if file.isEmpty {
      throw UnrollError(
        .usage, "the name of the video is empty", advice: "name a file, or - for standard input")
    }
    let options = FrameReader.Options(
      threads: computing.threads, stream: stream, isStrict: strict, allowsNetwork: network,
      rate: inputRate?.perSecond)
    if file == "-" { return try FrameReader(descriptor: STDIN_FILENO, name: Self.name(file), options: options) }
    guard file.contains("://") else { return try FrameReader(URL(fileURLWithPath: file), options: options) }
    guard let address = URL(string: file) else {
      throw UnrollError(.usage, file: file, "is no address", advice: "write ./ before the name of a file")
    }
    return try FrameReader(address, options: options)
  }

  /// Warns of damage that was concealed while a video was read.
  func warnOfDamage(_ report: ReadReport, in file: String) {
    guard !quiet, let damage = report.damage else { return }
    let first = report.firstDamage.map { "; the first: \($0)" } ?? ""
    warn("\(Self.name(file)): \(damage)\(first)")
  }

  /// Warns with the second frame that times are made up; of one picture nobody asks for the time.
  ///
  /// - Parameter count: How many frames have come.
  func warnOfAssumedRate(_ reader: FrameReader, in file: String, at count: Int) {
    guard count == 2, !quiet, let rate = reader.report.assumedRate else { return }
    let frames = rate == rate.rounded() ? "\(Int(rate))" : "\(rate)"
    warn("\(Self.name(file)): has no times of its own; \(frames) frames a second are assumed (--input-rate)")
  }

  /// The name for messages.
  static func name(_ file: String) -> String { file == "-" ? "standard input" : file }
}
