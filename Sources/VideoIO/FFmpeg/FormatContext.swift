import CFFmpeg
import Diagnostics

/// An open container: a demuxer with its input.
struct FormatContext: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFormatContext>
  /// Kept alive for the demuxer, which reads from it.
  let channel: InputChannel?
  let name: String

  /// Opens a video and reads as much of it as it takes to know its streams.
  ///
  /// - Parameter rate: Frames a second of a stream that has no times of its own; nil for what FFmpeg assumes.
  /// - Throws: `noInput` when it is missing, `badData` when FFmpeg knows no such format, `usage` when the format has times of
  ///   its own and there is a rate, `interrupted` when stopped meanwhile.
  init(opening input: FrameInput, rate: Double?, stop: StopFlag) throws {
    let channel = try input.open(stop)
    let name = input.name
    pointer = try FFmpegLog.explaining {
      try Self.open(input.address, channel, allowsNetwork: channel == nil, rate: rate, stop: stop)
    } _: { error, line in
      Self.explain(error, line, name: name, systemError: channel?.failure ?? 0)
    }
    self.channel = channel
    self.name = name
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFormatContext>? = pointer
    avformat_close_input(&pointer)
  }

  /// What FFmpeg calls the format, such as `mov,mp4,m4a,3gp,3g2,mj2`.
  var formatName: String { String(cString: pointer.pointee.iformat.pointee.name) }

  /// Frames a second that a stream without times of its own is taken to have; nil where the format has times.
  var assumedRate: Double? {
    let rate = unroll_demuxer_rate(pointer)
    return rate.num > 0 && rate.den > 0 ? Double(rate.num) / Double(rate.den) : nil
  }

  /// The streams in the order of the file.
  var streams: [UnsafeMutablePointer<AVStream>] {
    (0..<Int(pointer.pointee.nb_streams)).compactMap { pointer.pointee.streams[$0] }
  }

  /// Whether frames can be reached by time and be the same as when read from the beginning. Other formats have no key
  /// frames that one could rely on (GIF), no times (raw streams) or no index worth the name.
  var seeksExactly: Bool {
    guard channel?.isSeekable == true else { return false }
    let names = Set(formatName.split(separator: ","))
    return !names.isDisjoint(with: ["mov", "matroska", "mpegts", "mpeg", "avi", "flv", "mxf", "nut"])
  }

  /// Reads the next packet of any stream that is not discarded. Gives FFmpeg's status.
  func read(into packet: UnsafeMutablePointer<AVPacket>) -> Int32 { av_read_frame(pointer, packet) }

  private struct Failure: Error {
    let code: Int32
  }

  /// A rate was given, and the format does not take one.
  private struct UnwantedRate: Error {}

  private static func open(
    _ address: String, _ channel: InputChannel?, allowsNetwork: Bool, rate: Double?, stop: StopFlag
  ) throws -> UnsafeMutablePointer<AVFormatContext> {
    var context = avformat_alloc_context()
    context?.pointee.pb = channel?.ioContext
    context?.pointee.interrupt_callback.callback = { flag in
      flag.map { Unmanaged<StopFlag>.fromOpaque($0).takeUnretainedValue().isRaised } == true ? 1 : 0
    }
    context?.pointee.interrupt_callback.opaque = Unmanaged.passUnretained(stop).toOpaque()
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    // A playlist can name any file and any address.
    let protocols = allowsNetwork ? "file,pipe,http,https,httpproxy,tcp,tls,crypto,data,rtp,rtsp,udp,rtmp" : "file,pipe"
    av_dict_set(&options, "protocol_whitelist", protocols, 0)
    // As the ffmpeg program does, so that both see the same streams.
    av_dict_set(&options, "scan_all_pmts", "1", 0)
    // Of a transport stream FFmpeg would read five seconds before the first frame comes out.
    if channel?.isSeekable == false { av_dict_set(&options, "analyzeduration", "1000000", 0) }
    if let rate { av_dict_set(&options, "framerate", "\(rate)", 0) }
    let known: UnsafePointer<AVInputFormat>?
    do { known = try probe(channel, address) } catch {
      avformat_free_context(context)
      throw error
    }
    // On failure this frees the context and leaves nil.
    var code = avformat_open_input(&context, address, known, &options)
    guard code >= 0, let opened = context else { throw Failure(code: code) }
    // What the demuxer has no use for is left over.
    if av_dict_get(options, "framerate", nil, 0) != nil {
      avformat_close_input(&context)
      throw UnwantedRate()
    }
    code = avformat_find_stream_info(opened, nil)
    guard code >= 0 else {
      avformat_close_input(&context)
      throw Failure(code: code)
    }
    return opened
  }

  /// The format of the bytes; nil where FFmpeg fetches them and finds out itself.
  ///
  /// Asked with the whole address, FFmpeg takes `img%03d.png` for a row of pictures and opens other files than the one that
  /// was named. A name with a percent sign therefore does not count; that of others helps with what has no signature.
  private static func probe(_ channel: InputChannel?, _ address: String) throws -> UnsafePointer<AVInputFormat>? {
    guard let bytes = channel?.ioContext else { return nil }
    let name = address.split(separator: "/").last.map(String.init) ?? ""
    var format: UnsafePointer<AVInputFormat>?
    // Of a stream of small pictures FFmpeg would look at a megabyte, hundreds of frames, before it is sure.
    let most: UInt32 = channel?.isSeekable == false ? 1 << 16 : 0
    let code = av_probe_input_buffer2(bytes, &format, name.contains("%") ? "" : name, nil, 0, most)
    guard code >= 0 else { throw Failure(code: code) }
    return format
  }

  /// The error for a rate that a video has no use for.
  static func ownTimes(_ name: String) -> UnrollError {
    UnrollError(
      .usage, file: name, "frames have times of their own", advice: "leave out the rate (--input-rate)")
  }

  private static func explain(_ error: any Error, _ line: String, name: String, systemError: Int32) -> any Error {
    if error is UnwantedRate { return ownTimes(name) }
    guard let failure = error as? Failure else { return error }
    if systemError != 0 {
      return UnrollError.system(.inputOutput, code: systemError, file: name, "reading stopped")
    }
    if failure.code == unroll_error_exit { return UnrollError(.interrupted, file: name, "reading was stopped") }
    if line.contains("not on whitelist") {
      return UnrollError(
        .badData, file: name, "names something that may not be opened: \(line)",
        advice: "allow the network (--network) if you trust it")
    }
    let reason = line.isEmpty ? ffmpegReason(failure.code) : line
    return UnrollError(
      .badData, file: name, "is not a video that FFmpeg can open: \(reason)",
      advice: "check that the file is complete, and a video")
  }
}
