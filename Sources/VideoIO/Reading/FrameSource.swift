import CFFmpeg
import Diagnostics

/// An open video: gives its decoded frames one after the other, in display order.
///
/// Used by one thread at a time: it is opened on one and then handed to the one that decodes.
final class FrameSource: @unchecked Sendable {
  /// What the header says.
  let stream: VideoStream
  private let format: FormatContext
  private let decoder: Decoder
  private let video: UnsafeMutablePointer<AVStream>
  private let packet: Packet
  private let orientation: Orientation
  private let isStrict: Bool
  /// The rate that was asked for.
  private let rate: Double?
  /// Whether it has been looked at what gives frames their times.
  private var knowsClock = false
  let stop: StopFlag
  /// Where frames and damage are counted; exchanged only before reading begins.
  var ledger: ReadLedger

  private var isDraining = false
  private var fruitlessCalls = 0
  private var lastTimestamp: Timestamp?
  private var lastEnd: Timestamp?
  /// The key frame that was found when a place was looked for.
  private var pending: DecodedFrame?
  /// Whether a key frame is looked for. What comes before it may lack the frames that it refers to: that is no damage.
  private var isSearching = false

  init(
    _ input: FrameInput, stream chosen: Int?, rate: Double?, _ settings: Decoder.Settings, ledger: ReadLedger,
    stop: StopFlag
  ) throws {
    let format = try FormatContext(opening: input, rate: rate, stop: stop)
    let video = try VideoStream.choose(chosen, in: format)
    guard video.pointee.time_base.num > 0, video.pointee.time_base.den > 0, let packet = Packet() else {
      throw UnrollError(.badData, file: format.name, "its video stream has no clock")
    }
    let timeBase = TimeBase(video.pointee.time_base.num, video.pointee.time_base.den)
    for other in format.streams where other != video { other.pointee.discard = AVDISCARD_ALL }
    stream = VideoStream(video, in: format, timeBase: timeBase)
    guard !["ansi", "bintext", "xbin", "idf"].contains(stream.codec) else {
      throw UnrollError(.badData, file: format.name, "is a text, not a video", advice: "name a video file")
    }
    decoder = try Decoder(for: video, file: format.name, settings)
    orientation = unroll_stream_display_matrix(video).map { Orientation(displayMatrix: $0) } ?? .upright
    self.format = format
    self.video = video
    self.packet = packet
    isStrict = settings.isStrict
    self.rate = rate
    self.ledger = ledger
    self.stop = stop
  }

  /// Says that only the number and the times of the frames matter from now on, not what they show.
  func countOnly() { decoder.pointer.pointee.skip_loop_filter = AVDISCARD_ALL }

  /// Where the file says that its first frame is; the smallest number where it does not say.
  var startMicroseconds: Int64 {
    let start = video.pointee.start_time
    return start == unroll_no_timestamp ? .min : Timestamp(ticks: start, timeBase: stream.timeBase).microseconds
  }

  /// The next frame; nil at the end.
  ///
  /// Throws `badData` for damage when reading strictly, and when the stream ends without a single frame; `inputOutput`
  /// when the system stops giving bytes; `CancellationError` when stopped.
  func next() throws -> DecodedFrame? {
    if let frame = pending {
      pending = nil
      try count(frame.isDamaged)
      return frame
    }
    guard let picture = Picture() else { throw UnrollError(.unavailable, file: format.name, "there is no memory left") }
    while true {
      if stop.isRaised { throw CancellationError() }
      let code = avcodec_receive_frame(decoder.pointer, picture.pointer)
      switch code {
      case 0:
        fruitlessCalls = 0
        return try describe(picture)
      case unroll_error_end: return try end()
      case unroll_error_again: try feed()
      default:
        try lose("a frame cannot be decoded", code)
        // A decoder that has got all there is must come to an end of its own; this one goes round in circles.
        fruitlessCalls += 1
        if isDraining && fruitlessCalls > 1000 { return try end() }
      }
    }
  }

  // MARK: Feeding the decoder

  /// Hands the decoder the next packet of the stream, or the end.
  private func feed() throws {
    guard try readPacket() else {
      isDraining = true
      avcodec_send_packet(decoder.pointer, nil)
      return
    }
    defer { av_packet_unref(packet.pointer) }
    if packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 { try lose("a packet is incomplete", nil) }
    let code = avcodec_send_packet(decoder.pointer, packet.pointer)
    if code < 0 && code != unroll_error_end { try lose("a packet cannot be decoded", code) }
  }

  /// Reads the next packet of the video stream. False at the end.
  private func readPacket() throws -> Bool {
    while true {
      let code = format.read(into: packet.pointer)
      if stop.isRaised { throw CancellationError() }
      if code == unroll_error_again { continue }
      if code < 0 {
        try explainEnd(code)
        return false
      }
      if packet.pointer.pointee.stream_index == video.pointee.index { return true }
      av_packet_unref(packet.pointer)
    }
  }

  private func explainEnd(_ code: Int32) throws {
    if let failure = format.channel?.failure, failure != 0 {
      throw UnrollError.system(.inputOutput, code: failure, file: format.name, "reading stopped")
    }
    if code != unroll_error_end { try lose("reading ended early", code) }
  }

  // MARK: Damage

  /// Counts something that could not be decoded, or throws when reading strictly.
  private func lose(_ what: String, _ code: Int32?) throws {
    if isSearching { return }
    let text = place(what + (code.map { ": \(ffmpegReason($0))" } ?? ""))
    if isStrict { throw damage(text) }
    ledger.update {
      $0.lostPackets += 1
      if $0.firstDamage == nil { $0.firstDamage = text }
    }
  }

  private func place(_ what: String) -> String {
    what + (lastTimestamp.map { ", after the frame at \($0) s" } ?? ", before the first frame")
  }

  private func damage(_ text: String) -> UnrollError {
    UnrollError(.badData, file: format.name, "the video is damaged: \(text)", advice: "read it without strict to go on")
  }

  private func end() throws -> DecodedFrame? {
    let report = ledger.current
    guard report.decodedFrames == 0, !isSearching else { return nil }
    let reason = report.firstDamage.map { ": \($0)" } ?? ""
    let advice =
      format.channel?.isSeekable == false
      ? "give the file itself instead of a pipe: an MP4 may have its index at the end"
      : "check that the file is complete, and that this FFmpeg can decode it"
    throw UnrollError(
      .badData, file: format.name, "not one frame of the video could be decoded\(reason)", advice: advice)
  }

  // MARK: Describing frames

  private func describe(_ picture: consuming Picture) throws -> DecodedFrame {
    let frame = picture.pointer
    if !knowsClock { try lookAtClock(durationTicks(frame)) }
    let isDamaged = unroll_frame_is_damaged(frame) != 0
    let ticks = frame.pointee.best_effort_timestamp
    let timeBase = stream.timeBase
    let isDerived = ticks == unroll_no_timestamp || !Self.isPossible(ticks, timeBase)
    let stated = Timestamp(ticks: isDerived ? 0 : ticks, timeBase: timeBase)
    let timestamp = isDerived ? lastEnd ?? stated : stated
    let orientation = unroll_frame_display_matrix(frame).map { Orientation(displayMatrix: $0) } ?? orientation
    let decoded = DecodedFrame(
      picture, orientation: orientation,
      timestamp: timestamp, duration: Timestamp(ticks: durationTicks(frame), timeBase: timeBase),
      isTimestampDerived: isDerived, isDamaged: isDamaged,
      pixelAspect: PixelAspect(
        av_guess_sample_aspect_ratio(format.pointer, video, frame), isTransposed: orientation.isTransposed))
    lastTimestamp = timestamp
    lastEnd = decoded.end
    if !isSearching { try count(isDamaged) }
    return decoded
  }

  /// Finds out with the first frame what gives frames their times. A raw stream may say its rate itself, as H.264 and MPEG-4 often
  /// do, and FFmpeg then goes by that; else it assumes one.
  ///
  /// Throws `usage` when it says another rate than was asked for.
  private func lookAtClock(_ duration: Int64) throws {
    knowsClock = true
    guard let assumed = format.assumedRate else { return }
    let length = Double(duration) * Timestamp(ticks: 1, timeBase: stream.timeBase).seconds
    // Ticks are a little too long or too short.
    let goesByRate = abs(length * assumed - 1) < 0.01
    if rate != nil {
      if duration > 0, !goesByRate { throw FormatContext.ownTimes(format.name) }
      return
    }
    let coded = decoder.pointer.pointee.framerate
    let isCoded = coded.num > 0 && coded.den > 0 && abs(Double(coded.num) / Double(coded.den) / assumed - 1) < 0.01
    if goesByRate, !isCoded { ledger.update { $0.assumedRate = assumed } }
  }

  private func count(_ isDamaged: Bool) throws {
    let text = isDamaged ? place("parts of the frame are missing") : ""
    if isDamaged && isStrict { throw damage(text) }
    ledger.update {
      $0.decodedFrames += 1
      if isDamaged {
        $0.damagedFrames += 1
        if $0.firstDamage == nil { $0.firstDamage = text }
      }
    }
  }

  /// Whether a number of ticks means a time within some ten thousand years. What lies beyond comes from a damaged file, and
  /// sums of such numbers overflow.
  private static func isPossible(_ ticks: Int64, _ timeBase: TimeBase) -> Bool {
    let most: UInt64 = 1 << 60
    return ticks.magnitude < most
      && Timestamp(ticks: ticks, timeBase: timeBase).microseconds.magnitude < most
  }

  /// What the packet says, else one frame at the frame rate that the stream seems to have.
  private func durationTicks(_ frame: UnsafeMutablePointer<AVFrame>) -> Int64 {
    let stated = unroll_frame_duration(frame)
    if stated > 0 && Self.isPossible(stated, stream.timeBase) { return stated }
    let rate = av_guess_frame_rate(format.pointer, video, frame)
    guard rate.num > 0, rate.den > 0 else { return 0 }
    return av_rescale_q(1, AVRational(num: rate.den, den: rate.num), video.pointee.time_base)
  }
}

// MARK: - Going to a time

extension FrameSource {
  /// Goes to a key frame at or before a time, so that the frames from there on are those of an uninterrupted reading.
  /// False when that cannot be had; the source is then of no more use and has to be opened anew.
  func seek(toMicroseconds time: Int64) throws -> Bool {
    guard format.seeksExactly else { return false }
    isSearching = true
    defer { isSearching = false }
    let target = av_rescale_q(time, AVRational(num: 1, den: 1_000_000), video.pointee.time_base)
    // An index holds the times of decoding, which may be earlier than those of display, and some formats have none: a
    // frame that is too late means to begin further back.
    var margin: Int64 = 0
    let second = max(1, av_rescale_q(1, AVRational(num: 1, den: 1), video.pointee.time_base))
    for _ in 0..<6 {
      let (place, overflow) = target.subtractingReportingOverflow(margin)
      guard !overflow, av_seek_frame(format.pointer, video.pointee.index, place, AVSEEK_FLAG_BACKWARD) >= 0 else {
        return false
      }
      avcodec_flush_buffers(decoder.pointer)
      (isDraining, fruitlessCalls, lastTimestamp, lastEnd) = (false, 0, nil, nil)
      if let frame = try firstKeyFrame(), frame.timestamp.microseconds <= time {
        pending = frame
        return true
      }
      margin = max(second, margin * 4)
    }
    return false
  }

  private func firstKeyFrame() throws -> DecodedFrame? {
    // A stream without key frames must not be read to its end here.
    for _ in 0..<1000 {
      guard let frame = try next() else { return nil }
      if frame.isKeyFrame && !frame.isTimestampDerived { return frame }
    }
    return nil
  }
}
