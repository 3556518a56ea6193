import Diagnostics
public import Foundation

/// Writes pictures into a video: H.264, or what this FFmpeg has instead, in MP4, QuickTime, Matroska or AVI.
///
/// ```swift
/// let writer = try FrameWriter(url, size: PixelSize(320, 240), timeBase: TimeBase(1, 25))
/// for pixels in pictures { try writer.append(pixels) }
/// try writer.finish()
/// ```
///
/// Times are exact: one that the file cannot hold is an error. The file is written beside its place, under a hidden name,
/// and put there by ``finish()``. After an error, or without `finish`, nothing is left of it. For one thread at a time.
public final class FrameWriter {
  /// How a video is written.
  public struct Options: Sendable, Hashable {
    /// Whether to keep every detail instead of keeping the file small; needs libx264, and not every player can show it.
    /// (Colours are still rounded once, to YUV.)
    public var isLossless: Bool
    /// Threads that encode; as many as the encoder likes when nil.
    public var threads: Int?
    /// Only this encoder, by FFmpeg's name.
    package var encoderName: String?

    /// Makes options; the default ones look good and are small.
    public init(isLossless: Bool = false, threads: Int? = nil) {
      self.isLossless = isLossless
      self.threads = threads
    }
  }

  /// The size of every frame.
  public let size: PixelSize
  /// The ticks in which a frame without a time of its own lasts one.
  public let timeBase: TimeBase
  /// FFmpeg's name of the encoder that was chosen, as in `libx264` or `mpeg4`.
  public let encoderName: String
  /// How many frames have been appended.
  public private(set) var frameCount = 0

  private let name: String
  private var clock: WritingClock
  /// How long the last frame is shown, in ticks of the file; nil where nobody said.
  private var lastDuration: Int64?
  /// Nil when the file is finished, or given up.
  private var output: VideoOutput?
  private var failure: (any Error)?

  /// Begins a video.
  ///
  /// - Parameters:
  ///   - url: Where it goes. The extension names the container: mp4, m4v, mov, mkv or avi.
  ///   - size: The size of the frames. With an odd width or height colours are kept at full resolution, which not every
  ///     player can show.
  ///   - timeBase: Ticks in which the times of the frames are whole numbers. (In MP4 and QuickTime a tick may be divided
  ///     by a power of two, Matroska always has milliseconds, AVI one frame a tick.)
  /// - Throws: `UnrollError` of kind `usage` when the extension, the size or an option cannot be, `cannotCreate` when the
  ///   file cannot, `unavailable` when this FFmpeg has no encoder for it, `inputOutput` when the disk is full.
  public init(_ url: URL, size: PixelSize, timeBase: TimeBase, options: Options = Options()) throws {
    let container = try VideoContainer(url)
    name = url.relativePath
    try Self.check(size, options, file: name)
    let fileBase = container.timeBase(for: timeBase)
    let choices = EncoderChoice.candidates(for: size, isLossless: options.isLossless)
    let output = try VideoOutput(
      PartialFile(for: url), container,
      options.encoderName.map { name in choices.filter { $0.name == name } } ?? choices,
      VideoEncoder.Plan(
        size: size, timeBase: fileBase, nominalRate: Self.nominalRate(timeBase), isLossless: options.isLossless,
        threads: options.threads, hasGlobalHeader: container.hasGlobalHeader))
    clock = WritingClock(container, timeBase: fileBase, file: name)
    encoderName = output.encoderName
    self.size = size
    self.timeBase = timeBase
    self.output = output
  }

  /// Finds out early whether a video can be written to a place.
  ///
  /// Throws `UnrollError` of kind `usage` when the extension is none of a video, `cannotCreate` when no file can be made there.
  public static func check(_ url: URL) throws {
    _ = try VideoContainer(url)
    // Made and removed again.
    _ = try PartialFile(for: url)
  }

  /// Appends a frame that is shown from a time on.
  ///
  /// A frame is shown until the next one begins.
  /// - Parameters:
  ///   - pixels: A picture of the video's size, in either format.
  ///   - timestamp: Exactly when; not below zero, and after the frame before.
  ///   - duration: How long it is shown. Counts for the last frame; nil or zero there means as long as the one before it,
  ///     for a single frame one tick of the file. Matroska has room for it only in the duration of the whole video.
  /// - Throws: `UnrollError` of kind `usage` when the size or a time cannot be, `inputOutput` when the disk is full,
  ///   `unavailable` when the encoder fails. The video is given up then.
  public func append(_ pixels: Pixels, at timestamp: Timestamp, duration: Timestamp? = nil) throws {
    try working { output in
      guard pixels.size == size else {
        throw UnrollError(
          .usage, file: name, "a frame of \(pixels.size) pixels was given to a video of \(size)",
          advice: "scale it first")
      }
      let ticks = try clock.advance(to: timestamp)
      lastDuration = try duration.flatMap { try clock.lasting($0) }
      try output.append(pixels, at: ticks)
      frameCount += 1
    }
  }

  /// Appends a frame that lasts a tick of ``timeBase``, at the first whole tick after the frame before; the first one at
  /// zero.
  ///
  /// - Throws: As ``append(_:at:duration:)`` does.
  public func append(_ pixels: Pixels) throws {
    let tick = Timestamp(ticks: 1, timeBase: timeBase)
    let next = clock.last.map { $0.timestamp.nextTick(of: timeBase) } ?? 0
    try append(pixels, at: Timestamp(ticks: next, timeBase: timeBase), duration: tick)
  }

  /// Writes what is left and puts the video in its place, over a file that is there.
  ///
  /// - Throws: `UnrollError` of kind `usage` without a single frame, `inputOutput` when the disk is full, `cannotCreate`
  ///   when the file cannot be put in its place. The video is given up then.
  public func finish() throws {
    try working { output in
      guard frameCount > 0 else {
        throw UnrollError(.usage, file: name, "a video needs at least one frame", advice: "append one before finishing")
      }
      try output.finish(lastDuration: lastDuration)
    }
    output = nil
  }

  /// Gives the file up when `body` throws, and throws the same again ever after.
  private func working(_ body: (VideoOutput) throws -> Void) throws {
    if let failure { throw failure }
    guard let output else { throw UnrollError(.usage, file: name, "is finished", advice: "begin another video") }
    do {
      try body(output)
    } catch {
      failure = error
      self.output = nil
      throw error
    }
  }

  private static func check(_ size: PixelSize, _ options: Options, file: String) throws {
    guard (1...16384).contains(size.width), (1...16384).contains(size.height) else {
      throw UnrollError(
        .usage, file: file, "a video cannot have \(size) pixels", advice: "choose 1 to 16384 in width and height")
    }
    if let threads = options.threads, !(1...128).contains(threads) {
      throw UnrollError(.usage, "\(threads) threads cannot encode", advice: "choose a number from 1 to 128")
    }
  }

  /// A tick where that can be a frame, else a thirtieth of a second.
  private static func nominalRate(_ timeBase: TimeBase) -> TimeBase {
    let perSecond = Double(timeBase.denominator) / Double(timeBase.numerator)
    return (1...240).contains(perSecond) ? timeBase : TimeBase(1, 30)
  }
}
