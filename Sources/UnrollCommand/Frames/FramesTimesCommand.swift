import ArgumentParser
import VideoIO
import Workbench

/// `unroll frames times`: when each frame is shown.
struct FramesTimesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "times",
    abstract: "Lists the frames of a video with their times.",
    discussion: """
      A row a frame, in the order in which they are shown: its number, its time in \
      seconds, and key where it was coded without reference to others, else -; \
      separated by tabs. Numbers are counted from 0, from the first frame of the \
      range if there is one. Times are those that the file has; the first need not \
      be 0.

      Examples:
        unroll frames times clip.mp4
        unroll frames times clip.mp4 --from 1:30 --to 1:32.5
        unroll frames times clip.mp4 --json | jq .ticks
      """)

  @Argument(help: ArgumentHelp("A video; - is standard input.", valueName: "file"))
  var file: String

  @OptionGroup var range: FrameRangeOptions

  @Flag(help: "Print a JSON object for each frame.")
  var json = false

  @OptionGroup var input: FrameInputOptions

  func run() throws {
    let reader = try input.reader(file)
    var count = 0
    try Results.write(to: nil) { put, flush in
      try reader.scan(from: range.from?.duration, to: range.to?.duration) { frame in
        try put((json ? Self.object(frame).text : Self.row(frame)) + "\n")
        // A stream may pause here for long.
        try flush()
        count += 1
        input.warnOfAssumedRate(reader, in: file, at: count)
      }
    }
    input.warnOfDamage(reader.report, in: file)
    if count == 0 { throw range.nothingFound(in: file) }
  }

  private static func row(_ frame: FrameInfo) -> String {
    "\(frame.index)\t\(frame.timestamp)\t\(frame.isKeyFrame ? "key" : "-")"
  }

  /// The keys are listed in docs/json.md.
  private static func object(_ frame: FrameInfo) -> JSONValue {
    [
      "index": .integer(frame.index),
      "seconds": .number(frame.timestamp.seconds),
      "ticks": .integer(Int(frame.timestamp.ticks)),
      "time_base": .string(frame.timestamp.timeBase.description),
      "duration": .number(frame.duration.seconds),
      "key": .boolean(frame.isKeyFrame),
      "derived": .boolean(frame.isTimestampDerived),
      "damaged": .boolean(frame.isDamaged),
    ]
  }
}
