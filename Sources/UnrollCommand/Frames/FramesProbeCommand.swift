import ArgumentParser
import Diagnostics
import VideoIO
import Workbench

/// `unroll frames probe`: what videos are.
struct FramesProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Says what videos are, counted and timed by decoding them.",
    discussion: """
      Headers may lie; every frame is read. A video that cannot be read is \
      reported, and the others still are; the exit status is that of the first \
      failure.

      Examples:
        unroll frames probe clip.mp4
        unroll frames probe *.mp4 --json | jq .frames
        cat clip.ts | unroll frames probe -
      """)

  @Argument(help: ArgumentHelp("Videos; - is standard input.", valueName: "file"))
  var files: [String]

  @Flag(help: "Print a JSON object for each video.")
  var json = false

  @OptionGroup var input: FrameInputOptions

  func validate() throws {
    if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read only once.") }
  }

  func run() throws {
    var failure: UnrollError.Kind?
    var isFirst = true
    try Results.write(to: nil) { put, flush in
      for file in files {
        do {
          let summary = try probe(file)
          try put(json ? summary.json.text + "\n" : (isFirst ? "" : "\n") + summary.text)
          try flush()
          isFirst = false
        } catch let error as UnrollError where error.file != "standard output" {
          complain("\(error)")
          failure = failure ?? error.kind
        }
      }
    }
    if let failure { throw ExitCode(failure.exitStatus) }
  }

  private func probe(_ file: String) throws -> VideoSummary {
    let reader = try input.reader(file)
    let stream = try reader.stream()
    var count = FrameCount()
    try reader.scan { frame in
      count.add(frame)
      input.warnOfAssumedRate(reader, in: file, at: count.frames)
    }
    input.warnOfDamage(reader.report, in: file)
    return VideoSummary(file: file, stream: stream, count: count, report: reader.report)
  }
}
