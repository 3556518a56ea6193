import CFFmpeg
import Diagnostics

/// A container that is being written: a muxer with one video stream.
struct OutputContext: ~Copyable {
  private let pointer: UnsafeMutablePointer<AVFormatContext>
  private let stream: UnsafeMutablePointer<AVStream>
  /// Kept alive for the muxer, which writes to it.
  private let channel: OutputChannel
  private let container: VideoContainer
  private let timeBase: AVRational
  private let file: String

  /// Makes a container for a stream out of `encoder`. Throws `unavailable` when this FFmpeg lacks it.
  init(_ container: VideoContainer, _ encoder: borrowing VideoEncoder, _ channel: OutputChannel, file: String) throws {
    var context: UnsafeMutablePointer<AVFormatContext>?
    avformat_alloc_output_context2(&context, nil, container.muxerName, nil)
    guard let context, let stream = avformat_new_stream(context, nil) else {
      avformat_free_context(context)
      throw UnrollError(
        .unavailable, file: file, "this FFmpeg cannot write \(container.description)", advice: "use another container")
    }
    pointer = context
    self.stream = stream
    self.channel = channel
    self.file = file
    context.pointee.pb = channel.ioContext
    // Neither the time of day nor FFmpeg's version gets into the file.
    context.pointee.flags |= AVFMT_FLAG_BITEXACT
    // Times stay as they are.
    context.pointee.avoid_negative_ts = 0
    stream.pointee.time_base = encoder.timeBase
    avcodec_parameters_from_context(stream.pointee.codecpar, encoder.pointer)
    stream.pointee.codecpar.pointee.codec_tag = 0
    self.container = container
    timeBase = encoder.timeBase
  }

  deinit {
    // The channel frees this one itself.
    pointer.pointee.pb = nil
    avformat_free_context(pointer)
  }

  /// Writes the header. Throws `unavailable` when the container refuses the stream or its time base, `inputOutput` when
  /// the bytes cannot be written.
  func begin() throws {
    let (container, file) = (container, file)
    var settings: OpaquePointer?
    defer { av_dict_free(&settings) }
    for (name, value) in container.muxerSettings(TimeBase(timeBase.num, timeBase.den)) {
      av_dict_set(&settings, name, value, 0)
    }
    try FFmpegLog.explaining {
      let code = avformat_write_header(pointer, &settings)
      if code < 0 { throw writingFailure(code) }
    } _: { error, line in
      guard let error = error as? UnrollError, error.kind != .inputOutput, !line.isEmpty else { return error }
      return UnrollError(error.kind, file: file, "\(container.description) refuses the video: \(line)")
    }
    let actual = stream.pointee.time_base
    guard actual.num == timeBase.num, actual.den == timeBase.den else {
      throw UnrollError(
        .unavailable, file: file,
        "this FFmpeg writes \(container.description) with ticks of \(actual.num)/\(actual.den) s, not of "
          + "\(timeBase.num)/\(timeBase.den) s",
        advice: "use another container")
    }
  }

  /// Writes a packet, whose bytes it takes. Throws `inputOutput`.
  func write(_ packet: borrowing Packet) throws {
    packet.pointer.pointee.stream_index = stream.pointee.index
    try check(av_interleaved_write_frame(pointer, packet.pointer))
  }

  /// Writes what the container needs at its end. Throws `inputOutput`.
  func finish() throws {
    try check(av_write_trailer(pointer))
    avio_flush(pointer.pointee.pb)
    try check(pointer.pointee.pb.pointee.error)
  }

  private func check(_ code: Int32) throws {
    if code < 0 || channel.failure != 0 { throw writingFailure(code) }
  }

  private func writingFailure(_ code: Int32) -> UnrollError {
    if channel.failure != 0 {
      return UnrollError.system(.inputOutput, code: channel.failure, file: file, "cannot write the video")
    }
    return UnrollError.ffmpeg(.unavailable, code: code, file: file, "cannot write the video")
  }
}
