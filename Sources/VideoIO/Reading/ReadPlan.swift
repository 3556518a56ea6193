import Diagnostics

/// All that a reading needs to know: where frames come from, which to take, and what to make of them.
struct ReadPlan: Sendable {
  var input: FrameInput
  var options: FrameReader.Options
  var selection: FrameSelection
  /// A half-open range in microseconds.
  var start: Int64?
  var end: Int64?
  var transform: FrameTransform
  var ledger: ReadLedger

  /// Opens the input.
  ///
  /// - Parameters:
  ///   - ledger: Where frames and damage are counted.
  ///   - countsOnly: Whether only the number and the times of the frames matter.
  static func open(
    _ input: FrameInput, _ options: FrameReader.Options, ledger: ReadLedger, countsOnly: Bool = false, stop: StopFlag
  ) throws -> FrameSource {
    // With frame threads FFmpeg 5.1 may not say that a frame is damaged, and ends the process on some that are.
    let settings = Decoder.Settings(
      threads: options.threads ?? FrameReader.Options.defaultThreads,
      usesFrameThreads: input.isFile && !options.isStrict,
      isStrict: options.isStrict, countsOnly: countsOnly)
    return try FrameSource(
      input, stream: options.stream, rate: options.rate, settings, ledger: ledger, stop: stop)
  }

  /// Decodes and puts the frames of the plan into the queue, until the end, an error, or until nobody wants more.
  ///
  /// - Parameters:
  ///   - opened: The input, if it has been opened already and nothing was read yet.
  ///   - make: What to make of each frame.
  func decode<Element>(
    into queue: BoundedQueue<Element>, _ opened: FrameSource?, stop: StopFlag,
    _ make: (SelectedFrame) throws -> Element
  ) {
    queue.finish(
      Result {
        try selection.check()
        let selection = try resolved(stop: stop)
        let source = try positioned(opened, stop: stop)
        var sampler = FrameSampler(
          selection, of: FrameRange(source, from: start, to: end), origin: start, end: end, file: input.name)
        while let selected = try sampler.next(), queue.put(try make(selected)) {}
      })
  }

  /// Makes of decoded frames what was asked for.
  func convert(_ decoded: BoundedQueue<SelectedFrame>, into queue: BoundedQueue<Frame>) {
    let converter = FrameConverter(transform, file: input.name)
    queue.finish(
      Result {
        while let selected = try decoded.take(), queue.put(try converter.frame(selected)) {}
      })
    // After an error of its own: nobody takes decoded frames any more.
    decoded.cancel()
  }

  /// The input at its beginning, or at a key frame before the first frame that is wanted.
  private func positioned(_ opened: FrameSource?, stop: StopFlag) throws -> FrameSource {
    let source = try opened ?? ReadPlan.open(input, options, ledger: ledger, stop: stop)
    guard let time = firstTime, input.isFile, time > source.startMicroseconds else { return source }
    if try source.seek(toMicroseconds: time) { return source }
    return try ReadPlan.open(input, options, ledger: ledger, stop: stop)
  }

  /// Nothing earlier than the frame at this time is wanted.
  private var firstTime: Int64? {
    if let start { return start }
    if case .times(let times) = selection { return times.first?.microseconds }
    return nil
  }

  /// The selection, with frames spread evenly turned into indexes: the range is read once to count its frames.
  private func resolved(stop: StopFlag) throws -> FrameSelection {
    guard case .evenlySpread(let count) = selection else { return selection }
    guard input.isFile else {
      throw UnrollError(
        .usage, file: input.name, "frames can be spread evenly only over a file: a stream cannot be read twice",
        advice: "save it to a file first, or take every n-th frame")
    }
    let source = try ReadPlan.open(input, options, ledger: ReadLedger(), countsOnly: true, stop: stop)
    let range = FrameRange(source, from: start, to: end)
    var total = 0
    while try range.next() != nil { total += 1 }
    guard total > 0 else { return .indexes([]) }
    // The middle of each of `count` equal parts.
    return .indexes((0..<count).map { (2 * $0 + 1) * total / (2 * count) })
  }
}
