import Diagnostics
public import Foundation
import Synchronization

/// Reads the frames of a video, upright and with their true times: any file or pipe that FFmpeg opens.
///
/// ```swift
/// for try await frame in try FrameReader(url).frames(every: .seconds(0.2), size: .init(224, 224)) { … }
/// ```
public final class FrameReader: Sendable {
  /// How a video is read.
  public struct Options: Sendable, Hashable {
    /// Threads that decode; one a core when nil.
    public var threads: Int?
    /// The stream of the file; when nil the first video stream that is not a cover picture.
    public var stream: Int?
    /// Whether damage that the decoder sees is an error; slower, since frames are then decoded one at a time. Otherwise it is
    /// concealed as FFmpeg does, and counted.
    public var isStrict: Bool
    /// Whether addresses on a network may be opened, by a playlist too.
    public var allowsNetwork: Bool
    /// Frames a second of a stream that has no times of its own, such as raw MJPEG; when nil FFmpeg assumes 25, and the
    /// report says so.
    public var rate: Double?

    /// Makes options; the default ones fit a file.
    public init(
      threads: Int? = nil, stream: Int? = nil, isStrict: Bool = false, allowsNetwork: Bool = false, rate: Double? = nil
    ) {
      self.threads = threads
      self.stream = stream
      self.isStrict = isStrict
      self.allowsNetwork = allowsNetwork
      self.rate = rate
    }

    static let defaultThreads = min(16, max(1, ProcessInfo.processInfo.activeProcessorCount))
  }

  private struct State {
    /// The video, opened and not yet read from.
    var source: FrameSource?
    var stream: VideoStream?
    /// What the latest reading met.
    var ledger: ReadLedger
    var hasBegun = false
  }

  private let input: FrameInput
  private let options: Options
  private let state: Mutex<State>

  /// Opens the video at a URL. A pipe is opened when its first frame is asked for.
  ///
  /// - Throws: `UnrollError` of kind `noInput` when it is missing, `badData` when it is no video or holds only sound,
  ///   `usage` when it is on a network that `options` do not allow, or has times of its own and `options` give a rate.
  public convenience init(_ url: URL, options: Options = Options()) throws {
    try self.init(FrameInput(url, allowsNetwork: options.allowsNetwork), options)
  }

  /// Reads from an open descriptor, such as standard input (0). It stays open and must stay so while frames are read.
  ///
  /// - Parameter name: What stands for it in errors.
  /// - Throws: As `init(_:options:)` does.
  public convenience init(descriptor: Int32, name: String, options: Options = Options()) throws {
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    try self.init(.descriptor(descriptor, name: name, isRegular: isRegular), options)
  }

  private init(_ input: FrameInput, _ options: Options) throws {
    if let threads = options.threads, !(1...1024).contains(threads) {
      throw UnrollError(.usage, "\(threads) threads cannot decode", advice: "choose a number from 1 to 1024")
    }
    if let rate = options.rate, !(0.001...1000).contains(rate) {
      throw UnrollError(.usage, "\(rate) is no frame rate", advice: "choose a number from 0.001 to 1000")
    }
    let ledger = ReadLedger()
    let source =
      input.isFile ? try ReadPlan.open(input, options, ledger: ledger, stop: StopFlag(wakes: false)) : nil
    self.input = input
    self.options = options
    state = Mutex(State(source: source, stream: source?.stream, ledger: ledger))
  }

  /// What the header of the video says. Of a pipe the first bytes are waited for.
  ///
  /// - Throws: As `init(_:options:)` does.
  public func stream() throws -> VideoStream {
    try state.withLock { state in
      if let stream = state.stream { return stream }
      let source = try ReadPlan.open(input, options, ledger: state.ledger, stop: StopFlag(wakes: true))
      state.source = source
      state.stream = source.stream
      return source.stream
    }
  }

  /// What the latest reading has met so far: how many frames, and how much damage.
  public var report: ReadReport { state.withLock { $0.ledger.current } }

  // MARK: Frames

  /// Frames of the video, in display order.
  ///
  /// - Parameters:
  ///   - selection: Which ones.
  ///   - range: A half-open range of time; nil for the whole video. Timestamps need not begin at zero. Reading ends with the
  ///     first frame past the range, also where timestamps jump back later.
  ///   - transform: What to make of them.
  public func frames(
    _ selection: FrameSelection = .all, in range: Range<Duration>? = nil,
    as transform: FrameTransform = FrameTransform()
  ) -> FrameSequence {
    frames(selection, from: range?.lowerBound, to: range?.upperBound, as: transform)
  }

  /// As above, for a range of time that may be open at either end.
  package func frames(
    _ selection: FrameSelection, from start: Duration?, to end: Duration?, as transform: FrameTransform
  ) -> FrameSequence {
    FrameSequence(
      reader: self,
      plan: ReadPlan(
        input: input, options: options, selection: selection, start: start?.microseconds, end: end?.microseconds,
        transform: transform, ledger: ReadLedger()))
  }

  /// A frame for each step of a clock, the nearest by timestamp; scaled to `size` if there is one.
  public func frames(
    every interval: Duration, in range: Range<Duration>? = nil, size: PixelSize? = nil
  ) -> FrameSequence {
    frames(.interval(interval), in: range, as: FrameTransform(size: size))
  }

  /// The first frame and every `count`-th after it; scaled to `size` if there is one.
  public func frames(
    every count: Int, in range: Range<Duration>? = nil, size: PixelSize? = nil
  ) -> FrameSequence {
    frames(.every(count), in: range, as: FrameTransform(size: size))
  }

  /// The frame at a place in display order, from 0. The video is read from its beginning up to there.
  ///
  /// - Throws: `UnrollError` of kind `usage` when there are fewer frames.
  public func frame(at index: Int, as transform: FrameTransform = FrameTransform()) throws -> Frame {
    try single(.indexes([index]), transform)
  }

  /// The frame that is on the screen at a time; before the first frame, the first one.
  ///
  /// - Throws: `UnrollError` of kind `usage` when the video ends before.
  public func frame(at time: Duration, as transform: FrameTransform = FrameTransform()) throws -> Frame {
    try single(.times([time]), transform)
  }

  private func single(_ selection: FrameSelection, _ transform: FrameTransform) throws -> Frame {
    guard let frame = try frames(selection, as: transform).makeIterator().next() else {
      throw UnrollError(.internalFault, file: input.name, "the frame is missing")
    }
    return frame
  }

  // MARK: Reading without pixels

  /// Decodes all frames and gives what is known of each but its pixels: the way to count frames and to learn their times.
  /// Faster than `frames`, since no picture is finished. Runs on the calling thread; what `body` throws ends it.
  ///
  /// - Parameter range: A half-open range of time; nil for the whole video.
  /// - Throws: `UnrollError` when the video cannot be read on, and what `body` throws.
  public func scan(in range: Range<Duration>? = nil, _ body: (FrameInfo) throws -> Void) throws {
    try scan(from: range?.lowerBound, to: range?.upperBound, body)
  }

  /// As above, for a range of time that may be open at either end.
  package func scan(from start: Duration?, to end: Duration?, _ body: (FrameInfo) throws -> Void) throws {
    let plan = frames(.all, from: start, to: end, as: FrameTransform()).plan
    let opened = try begin(plan)
    opened?.countOnly()
    let source =
      try opened
      ?? ReadPlan.open(
        input, options, ledger: plan.ledger, countsOnly: true, stop: StopFlag(wakes: !input.isFile))
    let frames = FrameRange(source, from: plan.start, to: plan.end)
    while let (frame, index) = try frames.next() { try body(frame.info(index: index)) }
  }

  /// Decodes all frames in full and throws them away: what reading costs before anything is made of the frames.
  package func decodeAll(_ body: () throws -> Void) throws {
    let plan = frames().plan
    let source = try begin(plan) ?? ReadPlan.open(input, options, ledger: plan.ledger, stop: StopFlag(wakes: true))
    while try source.next() != nil { try body() }
  }

  // MARK: Beginning to read

  /// Starts to decode ahead. Throws `usage` for a second reading of a pipe.
  func start(_ plan: ReadPlan) throws -> FramePump { FramePump(plan, try begin(plan)) }

  /// Marks the beginning of a reading and gives the video if it is open already.
  private func begin(_ plan: ReadPlan) throws -> FrameSource? {
    try state.withLock { state in
      if state.hasBegun && !input.isFile {
        throw UnrollError(
          .usage, file: input.name, "has been read already, and a pipe can be read only once",
          advice: "save it to a file first")
      }
      state.hasBegun = true
      state.ledger = plan.ledger
      let source = state.source
      source?.ledger = plan.ledger
      state.source = nil
      return source
    }
  }
}
