import ArgumentParser
import Diagnostics
import VideoIO

/// Which frames to take.
struct FrameSelectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Take the first frame and every n-th after it.", valueName: "n"))
  var every: Int?

  @Option(
    help: ArgumentHelp(
      "Take so many frames a second, the nearest ones by their times: 25, 29.97 or 30000/1001.", valueName: "rate"))
  var rate: RateArgument?

  @Option(help: ArgumentHelp("Take a frame every so many seconds, the nearest one by its time.", valueName: "seconds"))
  var interval: TimeArgument?

  @Option(help: ArgumentHelp("Take so many frames, spread evenly; reads a file twice.", valueName: "n"))
  var count: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Take what is on the screen at these times, in ascending order.", valueName: "time,time,…"))
  var at: TimeList?

  @Option(help: ArgumentHelp("Take the frames of these numbers, from 0, in ascending order.", valueName: "n,n,…"))
  var index: IndexList?

  func validate() throws {
    guard selections.count <= 1 else {
      throw ValidationError("Only one of --every, --rate, --interval, --count, --at and --index can be used.")
    }
    do {
      try selection.check()
    } catch let error as UnrollError {
      throw ValidationError(error.description)
    }
  }

  var selection: FrameSelection { selections.first ?? .all }

  /// How many frames that will be, where it is known before the video is read.
  var total: Int? {
    switch selection {
    case .evenlySpread(let count): count
    case .indexes(let indexes): indexes.count
    case .times(let times): times.count
    case .all, .every, .interval: nil
    }
  }

  private var selections: [FrameSelection] {
    [
      every.map { .every($0) }, rate.map { .interval($0.interval) }, interval.map { .interval($0.duration) },
      count.map { .evenlySpread($0) }, at.map { .times($0.durations) }, index.map { .indexes($0.indexes) },
    ].compactMap { $0 }
  }
}

/// Numbers of frames, separated by commas.
struct IndexList: ExpressibleByArgument {
  let indexes: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    indexes = numbers.compactMap { $0 }
    if indexes.count != numbers.count { return nil }
  }
}
