import CFFmpeg
import Diagnostics

/// A video file under way: pictures go in with their times in ticks of the file, bytes come out beside its place.
///
/// When it goes away before `finish`, nothing is left of it.
final class VideoOutput {
  private let file: PartialFile
  private let channel: OutputChannel
  private let encoder: VideoEncoder
  private let context: OutputContext
  private let size: PixelSize
  private let picture: Picture
  private var scaler: Scaler?
  /// The newest packet and, from the frame before, the one that waits until it is known how long it lasts.
  private let newest: Packet
  private let waiting: Packet
  private var counts = (pictures: 0, packets: 0)
  private var latestStep: Int64?

  /// Begins a file. Throws `unavailable` when no encoder can be opened, `inputOutput` when it cannot be written.
  ///
  /// - Parameter choices: The encoders to try; the first one that opens is taken.
  init(
    _ file: PartialFile, _ container: VideoContainer, _ choices: [EncoderChoice], _ plan: VideoEncoder.Plan
  ) throws {
    self.file = file
    channel = OutputChannel(descriptor: file.descriptor)
    encoder = try VideoEncoder.first(of: choices, plan, file: file.name)
    size = plan.size
    picture = try Picture(plan.size, encoder.choice.format, file: file.name)
    guard let newest = Packet(), let waiting = Packet() else {
      throw UnrollError(.unavailable, file: file.name, "there is no memory left")
    }
    self.newest = newest
    self.waiting = waiting
    context = try OutputContext(container, encoder, channel, file: file.name)
    try context.begin()
  }

  /// FFmpeg's name of the encoder.
  var encoderName: String { encoder.choice.name }

  /// Encodes a picture of the video's size. Throws `unavailable` or `inputOutput`.
  func append(_ pixels: Pixels, at ticks: Int64) throws {
    // The encoder may still look at the last picture; then this takes other memory.
    guard av_frame_make_writable(picture.pointer) >= 0 else {
      throw UnrollError(.unavailable, file: file.name, "there is no memory left for a picture of \(size) pixels")
    }
    try convert(pixels)
    picture.pointer.pointee.pts = ticks
    picture.pointer.pointee.quality = encoder.pointer.pointee.global_quality
    picture.pointer.pointee.color_range = encoder.choice.colors.range
    picture.pointer.pointee.colorspace = encoder.choice.colors.matrix
    counts.pictures += 1
    try encoder.send(picture.pointer, file: file.name)
    try writePackets()
  }

  /// Writes what is left and puts the file in its place. Throws `unavailable`, `inputOutput` or `cannotCreate`.
  ///
  /// - Parameter lastDuration: How long the last frame is shown, in ticks; nil for as long as the one before it.
  func finish(lastDuration: Int64?) throws {
    try encoder.send(nil, file: file.name)
    try writePackets()
    guard counts.packets == counts.pictures else {
      throw UnrollError(
        .internalFault, file: file.name,
        "the encoder \(encoderName) made \(counts.packets) frames out of \(counts.pictures)")
    }
    try writeWaiting(lasting: lastDuration ?? latestStep ?? 1)
    try context.finish()
    try file.commit()
  }

  private func convert(_ pixels: Pixels) throws {
    let plan = Scaler.Plan(
      source: size, sourceFormat: pixels.format.inFFmpeg,
      colors: encoder.choice.colors.matrix, range: AVCOL_RANGE_UNSPECIFIED, target: size,
      targetFormat: encoder.choice.format, scaling: .bicubic)
    if scaler?.plan != plan { scaler = try Scaler(plan, file: file.name) }
    pixels.withUnsafeBytes { bytes in
      // Planes are written when they are a target, and here they are a source.
      let planes = Planes(UnsafeMutableRawBufferPointer(mutating: bytes), bytesPerRow: pixels.bytesPerRow)
      scaler?.scale(planes, to: Planes(picture.pointer.pointee))
    }
  }

  private func writePackets() throws {
    while try encoder.receive(newest, file: file.name) {
      counts.packets += 1
      if counts.packets > 1 {
        let step = newest.pointer.pointee.pts - waiting.pointer.pointee.pts
        latestStep = step
        try writeWaiting(lasting: step)
      }
      av_packet_move_ref(waiting.pointer, newest.pointer)
    }
  }

  private func writeWaiting(lasting duration: Int64) throws {
    waiting.pointer.pointee.duration = duration
    try context.write(waiting)
  }
}

extension Pixels.Format {
  /// FFmpeg's name for it.
  var inFFmpeg: AVPixelFormat { self == .rgb ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8 }
}
