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

  @Flag(help: "Stop at damage, instead of concealing and counting it.")
  var strict = false

  @Flag(help: "Allow addresses on a network, also those in a playlist.")
  var network = false

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Show no progress and do not warn.")
  var quiet = false

  /// Opens what an argument names: `-` is standard input, what has `://` in it an address, all else a file.
  func reader(_ file: String) throws -> FrameReader {
    let options = FrameReader.Options(
      threads: computing.threads, stream: stream, isStrict: strict, allowsNetwork: network)
    if file == "-" { return try FrameReader(descriptor: STDIN_FILENO, name: Self.name(file), options: options) }
    guard file.contains("://") else { return try FrameReader(URL(fileURLWithPath: file), options: options) }
    guard let address = URL(string: file) else {
      throw UnrollError(.usage, file: file, "is no address", advice: "write ./ before the name of a file")
    }
    return try FrameReader(address, options: options)
  }

  /// Warns of damage that was concealed while a video was read.
  func warnOfDamage(_ report: ReadReport, in file: String) {
    guard !quiet, !report.isClean else { return }
    let counts = [
      report.damagedFrames > 0 ? counted(report.damagedFrames, "damaged frame") : nil,
      report.lostPackets > 0 ? counted(report.lostPackets, "lost packet") : nil,
    ]
    let first = report.firstDamage.map { "; the first: \($0)" } ?? ""
    warn("\(Self.name(file)): \(counts.compactMap { $0 }.joined(separator: " and "))\(first)")
  }

  /// The name for messages.
  static func name(_ file: String) -> String { file == "-" ? "standard input" : file }
}
