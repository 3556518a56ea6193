import ArgumentParser
import Diagnostics

/// A half-open range of time.
struct FrameRangeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where to begin: seconds, or HH:MM:SS.mmm. (default: the first frame)", valueName: "time"))
  var from: TimeArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where to end, before the frame at this time. (default: the last frame)", valueName: "time"))
  var to: TimeArgument?

  func validate() throws {
    if let from, let to, to.duration <= from.duration {
      throw ValidationError("The time of --to is not later than that of --from.")
    }
  }

  /// What to throw when not one frame was found.
  func nothingFound(in file: String) -> UnrollError {
    UnrollError(
      .usage, file: FrameInputOptions.name(file), "there are no frames in this range of time",
      advice: "unroll frames times lists them")
  }
}
