import CFFmpeg
import Diagnostics
public import Foundation

/// Writes pictures as a video, each at its exact time.
///
/// ```swift
/// let writer = try FrameWriter(url, size: PixelSize(320, 240), timeBase: TimeBase(1, 25))
/// for tick in 0..<75 { try writer.append(picture(tick), at: Timestamp(ticks: Int64(tick), timeBase: TimeBase(1, 25))) }
/// try writer.finish()
/// ```
///
/// The video is H.264, or the best that the FFmpeg of this machine can encode into the container that the name's ending
/// means. It is written beside its place and put there by `finish`; without that nothing is left. Used by one thread at a
/// time.
public final class FrameWriter {
  /// How a video is written.
  public struct Options: Sendable, Hashable {
    /// Whether to keep every detail instead of keeping the file small. (Colours are still rounded once, to YUV.)
    public var isLossless: Bool
    /// Threads that encode; as many as the encoder likes when nil.
    public var threads: Int?

    /// Makes options; the default ones look good and are small.
    public init(isLossless: Bool = false, threads: Int? = nil) {
      self.isLossless = isLossless
      self.threads = threads
    }
  }

  /// FFmpeg's name of the encoder, such as `libx264`.
  public let encoderName: String
  /// The size of the pictures.
  public let size: PixelSize
  /// The length of a tick; every timestamp is a whole number of them.
  public let timeBase: TimeBase

  private let name: String
  private let target: URL
  private let partial: String
  private let encoder: VideoEncoder
  private let output: OutputContext
  private let packet: Packet
  private let picture: Picture
  private var scaler: Scaler?
  /// The ticks of the last picture.
  private var lastTicks: Int64?
  /// How long frames are shown that the encoder still holds, by their ticks.
  private var durations: [Int64: Int64] = [:]
  private var isFinished = false

  /// Begins a video.
  ///
  /// - Parameters:
  ///   - url: Where it will be; a file that is there is replaced in the end.
  ///   - size: The size of all pictures.
  ///   - timeBase: The length of a tick.
  /// - Throws: `UnrollError` of kind `usage` for an unknown ending or an impossible size, `unavailable` when there is no
  ///   encoder, `cannotCreate` when the file cannot be made there.
  public init(_ url: URL, size: PixelSize, timeBase: TimeBase, options: Options = Options()) throws {
    name = url.relativePath
    guard (1...16384).contains(size.width), (1...16384).contains(size.height) else {
      throw UnrollError(.usage, file: name, "\(size) is no size of a video", advice: "choose from 1x1 to 16384x16384")
    }
    FFmpegLog.silence()
    target = try Self.checkedTarget(url)
    partial =
      target.deletingLastPathComponent()
      .appendingPathComponent(".unroll-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36)).partial").path
    let output = try OutputContext(named: name)
    encoder = try VideoEncoder(for: output.format, size: size, timeBase: timeBase, options, file: name)
    guard let packet = Packet() else { throw UnrollError(.unavailable, file: name, "there is no memory left") }
    picture = try Picture(size, encoder.pointer.pointee.pix_fmt, file: name)
    self.output = output
    self.packet = packet
    self.size = size
    self.timeBase = timeBase
    encoderName = encoder.name
    try self.output.begin(at: partial, encoder)
  }

  deinit { if !isFinished { unlink(partial) } }

  /// Adds a picture.
  ///
  /// - Parameters:
  ///   - pixels: Of the size of the video, in colour or gray.
  ///   - timestamp: When it is shown: zero or later, later than the one before.
  ///   - duration: How long; a tick when nil. The next picture ends it in any case.
  /// - Throws: `UnrollError` of kind `usage` for a wrong size or a time that the file cannot hold exactly, `inputOutput`
  ///   when writing fails.
  public func append(_ pixels: Pixels, at timestamp: Timestamp, duration: Timestamp? = nil) throws {
    guard pixels.size == size else {
      throw UnrollError(
        .usage, file: name, "a picture has \(pixels.size) pixels, and the video \(size)", advice: "scale it")
    }
    let ticks = try exactTicks(timestamp, "the time")
    let length = try duration.map { try exactTicks($0, "the duration") } ?? 1
    try checkOrder(ticks)
    try convert(pixels)
    picture.pointer.pointee.pts = ticks
    picture.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
    durations[ticks] = length
    lastTicks = ticks
    try encode(picture.pointer)
  }

  /// Adds a picture one tick after the one before; the first one at zero.
  ///
  /// - Throws: As `append(_:at:duration:)` does.
  public func append(_ pixels: Pixels) throws {
    let next = lastTicks.map { $0 + 1 } ?? 0
    try append(pixels, at: Timestamp(ticks: next, timeBase: timeBase))
  }

  /// Ends the video and puts it in place.
  ///
  /// - Throws: `UnrollError` of kind `usage` when it has no picture, `inputOutput` when writing fails, `cannotCreate` when it
  ///   cannot be put in place.
  public func finish() throws {
    guard lastTicks != nil else { throw UnrollError(.usage, file: name, "the video has no picture", advice: "add one") }
    try encode(nil)
    try output.end()
    try synchronize()
    guard rename(partial, target.path) == 0 else {
      throw UnrollError.system(.cannotCreate, code: errno, file: name, "cannot put the video in place")
    }
    isFinished = true
  }

  // MARK: Times

  /// A time in ticks of the encoder, which must be whole, and whole in ticks of the file as well.
  private func exactTicks(_ time: Timestamp, _ what: String) throws -> Int64 {
    guard let ticks = time.ticks(of: timeBase) else {
      throw UnrollError(
        .usage, file: name, "\(what) \(time) s is no whole number of ticks of \(timeBase) s",
        advice: "choose a finer time base")
    }
    let file = output.timeBase
    guard time.ticks(of: TimeBase(file.num, file.den)) != nil else {
      throw UnrollError(
        .usage, file: name,
        "\(what) \(time) s cannot be kept exactly: this container counts in \(file.num)/\(file.den) s",
        advice: "write .mp4")
    }
    return ticks
  }

  private func checkOrder(_ ticks: Int64) throws {
    func seconds(_ ticks: Int64) -> Timestamp { Timestamp(ticks: ticks, timeBase: timeBase) }
    guard ticks >= 0 else {
      throw UnrollError(
        .usage, file: name, "the time \(seconds(ticks)) s lies before zero", advice: "begin at zero or later")
    }
    if let lastTicks, ticks <= lastTicks {
      throw UnrollError(
        .usage, file: name, "the time \(seconds(ticks)) s does not come after \(seconds(lastTicks)) s",
        advice: "write pictures in the order of their times")
    }
  }

  // MARK: Encoding

  /// Turns the pixels into those of the encoder, in `picture`.
  private func convert(_ pixels: Pixels) throws {
    let frame = picture.pointer
    // The encoder may still look at the last picture.
    guard av_frame_make_writable(frame) >= 0 else {
      throw UnrollError(.unavailable, file: name, "there is no memory left")
    }
    let plan = Scaler.Plan(
      source: size, sourceFormat: pixels.format.inFFmpeg, colors: encoder.pointer.pointee.colorspace,
      range: AVCOL_RANGE_UNSPECIFIED, target: size, targetFormat: picture.format, scaling: .bicubic)
    if scaler?.plan != plan { scaler = try Scaler(plan, file: name) }
    pixels.withUnsafeBytes { bytes in
      // The source is only read.
      let source = Planes(UnsafeMutableRawBufferPointer(mutating: bytes), bytesPerRow: pixels.bytesPerRow)
      scaler?.scale(source, to: Planes(frame.pointee))
    }
    frame.pointee.colorspace = encoder.pointer.pointee.colorspace
    frame.pointee.color_range = encoder.pointer.pointee.color_range
  }

  /// Gives a picture to the encoder, nil at the end, and writes what comes out.
  private func encode(_ frame: UnsafeMutablePointer<AVFrame>?) throws {
    var code = avcodec_send_frame(encoder.pointer, frame)
    while code >= 0 {
      code = avcodec_receive_packet(encoder.pointer, packet.pointer)
      guard code >= 0 else { break }
      packet.pointer.pointee.duration = durations.removeValue(forKey: packet.pointer.pointee.pts) ?? 1
      try output.write(packet.pointer, ticks: encoder.pointer.pointee.time_base)
    }
    if code != unroll_error_again && code != unroll_error_end {
      throw UnrollError.ffmpeg(.unavailable, code: code, file: name, "the encoder \(encoderName) failed")
    }
  }

  // MARK: The file

  /// The file to replace: links are followed, and only a regular file gives way.
  private static func checkedTarget(_ url: URL) throws -> URL {
    let target = url.resolvingSymlinksInPath()
    var status = stat()
    guard stat(target.path, &status) == 0 else { return target }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw UnrollError(
        .cannotCreate, file: url.relativePath, "is a folder or a device and cannot be replaced", advice: "name a file")
    }
    return target
  }

  /// Makes the bytes last through a power cut before the name does.
  private func synchronize() throws {
    let descriptor = open(partial, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw UnrollError.system(.inputOutput, code: errno, file: name, "cannot write the video")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw UnrollError.system(.inputOutput, code: errno, file: name, "cannot write the video")
    }
  }
}

extension Timestamp {
  /// The same moment in ticks of another time base; nil when they are not whole.
  func ticks(of other: TimeBase) -> Int64? {
    let (quotient, remainder) = (Int128(ticks) * Int128(timeBase.numerator) * Int128(other.denominator))
      .quotientAndRemainder(dividingBy: Int128(timeBase.denominator) * Int128(other.numerator))
    return remainder == 0 ? Int64(exactly: quotient) : nil
  }
}

extension Pixels.Format {
  /// FFmpeg's name for it.
  var inFFmpeg: AVPixelFormat { self == .rgb ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8 }
}
