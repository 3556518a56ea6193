import CFFmpeg
import Diagnostics

/// A container that is being written.
struct OutputContext: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFormatContext>
  private let name: String

  /// Makes a container of the kind that the ending of `name` means; nothing is written yet. Throws `usage` for an ending
  /// that FFmpeg does not know.
  init(named name: String) throws {
    var context: UnsafeMutablePointer<AVFormatContext>?
    guard avformat_alloc_output_context2(&context, nil, nil, "file:\(name)") >= 0, let made = context else {
      throw UnrollError(
        .usage, file: name, "the ending of the name is that of no video format", advice: "name it .mp4, .mkv or .avi")
    }
    pointer = made
    self.name = name
    pointer.pointee.flags |= AVFMT_FLAG_BITEXACT
  }

  deinit {
    avio_closep(&pointer.pointee.pb)
    avformat_free_context(pointer)
  }

  /// The kind of container.
  var format: UnsafePointer<AVOutputFormat> { UnsafePointer(pointer.pointee.oformat) }

  /// Adds the one stream, and writes the beginning to a file. Throws `cannotCreate`.
  func begin(at path: String, _ encoder: borrowing VideoEncoder) throws {
    guard let stream = avformat_new_stream(pointer, nil) else {
      throw UnrollError(.unavailable, file: name, "there is no memory left")
    }
    avcodec_parameters_from_context(stream.pointee.codecpar, encoder.pointer)
    stream.pointee.time_base = encoder.pointer.pointee.time_base
    var code = avio_open(&pointer.pointee.pb, "file:\(path)", AVIO_FLAG_WRITE)
    guard code >= 0 else { throw UnrollError.ffmpeg(.cannotCreate, code: code, file: name, "cannot create the video") }
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    // A late first frame is written as a pause in ticks of the movie; by default those are milliseconds.
    var ticks = Int64(encoder.pointer.pointee.time_base.den)
    while ticks < 10_000 { ticks *= 2 }
    av_dict_set_int(&options, "movie_timescale", ticks, 0)
    code = avformat_write_header(pointer, &options)
    guard code >= 0 else { throw UnrollError.ffmpeg(.inputOutput, code: code, file: name, "cannot write the video") }
  }

  /// The length of a tick in the file, known once it is begun.
  var timeBase: AVRational { pointer.pointee.streams[0]?.pointee.time_base ?? AVRational(num: 1, den: 1) }

  /// Writes a packet whose times are ticks of the encoder. Throws `inputOutput`.
  func write(_ packet: UnsafeMutablePointer<AVPacket>, ticks: AVRational) throws {
    av_packet_rescale_ts(packet, ticks, timeBase)
    packet.pointee.stream_index = 0
    try check(av_write_frame(pointer, packet))
  }

  /// Writes the end. Throws `inputOutput`.
  func end() throws {
    try check(av_write_trailer(pointer))
    try check(avio_closep(&pointer.pointee.pb))
  }

  private func check(_ code: Int32) throws {
    // What is written late fails late: the error stays with the file.
    let late = pointer.pointee.pb.map { $0.pointee.error } ?? 0
    let failure = code < 0 ? code : late
    if failure < 0 {
      throw UnrollError.ffmpeg(
        .inputOutput, code: failure, file: name, "cannot write the video",
        advice: "free some space or choose another folder")
    }
  }
}
