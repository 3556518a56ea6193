import CFFmpeg
import Diagnostics

/// What the header of a file says of a video stream. Frames are counted and timed by reading them.
public struct VideoStream: Sendable, Hashable {
  /// Its place among the streams of the file, from 0.
  public let index: Int
  /// FFmpeg's name of the format, such as `mov,mp4,m4a,3gp,3g2,mj2`.
  public let format: String
  /// FFmpeg's name of the codec, such as `h264`.
  public let codec: String
  /// FFmpeg's name of the pixel format, such as `yuv420p`; nil where it is not known before decoding.
  public let pixelFormat: String?
  /// The upright size.
  public let size: PixelSize
  /// By how many degrees frames are turned clockwise to stand upright; this is done for you.
  public let rotation: Int
  /// Whether left and right are exchanged besides; this is done for you.
  public let isMirrored: Bool
  /// Frames a second on average, by the header; nil where it does not say.
  public let frameRate: Double?
  /// How many frames the header claims, good for an estimate of time and nothing else; nil where it does not say.
  package let claimedFrames: Int?
  /// The length of a tick of its timestamps.
  public let timeBase: TimeBase
  /// Width by height of a pixel on a screen, upright.
  public let pixelAspect: PixelAspect

  /// - Parameter chosen: The index of a stream; nil for the first video stream that is not an attached picture.
  static func choose(
    _ chosen: Int?, in format: borrowing FormatContext
  ) throws -> UnsafeMutablePointer<AVStream> {
    let streams = format.streams
    let videos = streams.filter { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO }
    let listed = videos.map { String($0.pointee.index) }.joined(separator: ", ")
    if let chosen {
      guard let stream = videos.first(where: { $0.pointee.index == chosen }) else {
        throw UnrollError(
          .usage, file: format.name, "stream \(chosen) is no video stream",
          advice: videos.isEmpty ? "the file holds none" : "its video streams are: \(listed)")
      }
      return stream
    }
    guard let stream = videos.first(where: { $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 }) else {
      if videos.isEmpty { throw UnrollError(.badData, file: format.name, "holds \(contents(streams)) and no video") }
      throw UnrollError(
        .badData, file: format.name, "holds a cover picture and no video", advice: "choose stream \(listed) to read it")
    }
    return stream
  }

  private static func contents(_ streams: [UnsafeMutablePointer<AVStream>]) -> String {
    let types = Set(streams.map { $0.pointee.codecpar.pointee.codec_type.rawValue })
    if types.contains(AVMEDIA_TYPE_AUDIO.rawValue) { return "sound" }
    return types.contains(AVMEDIA_TYPE_SUBTITLE.rawValue) ? "subtitles" : "data"
  }
}

extension VideoStream {
  init(_ stream: UnsafeMutablePointer<AVStream>, in format: borrowing FormatContext, timeBase: TimeBase) {
    let parameters = stream.pointee.codecpar.pointee
    let orientation = unroll_stream_display_matrix(stream).map { Orientation(displayMatrix: $0) } ?? .upright
    index = Int(stream.pointee.index)
    self.format = format.formatName
    codec = String(cString: avcodec_get_name(parameters.codec_id))
    pixelFormat = av_get_pix_fmt_name(AVPixelFormat(rawValue: parameters.format)).map { String(cString: $0) }
    size = orientation.upright(PixelSize(Int(parameters.width), Int(parameters.height)))
    rotation = orientation.degrees
    isMirrored = orientation.isMirrored
    let rate = stream.pointee.avg_frame_rate
    frameRate = rate.num > 0 && rate.den > 0 ? Double(rate.num) / Double(rate.den) : nil
    let ticks = stream.pointee.duration
    if stream.pointee.nb_frames > 0 {
      claimedFrames = Int(stream.pointee.nb_frames)
    } else if ticks > 0, let frameRate {
      let base = stream.pointee.time_base
      let frames = Double(ticks) * Double(base.num) / Double(base.den) * frameRate
      claimedFrames = frames < 1e9 ? Int(frames) : nil
    } else {
      claimedFrames = nil
    }
    self.timeBase = timeBase
    pixelAspect = PixelAspect(
      av_guess_sample_aspect_ratio(format.pointer, stream, nil), isTransposed: orientation.isTransposed)
  }
}

extension PixelAspect {
  /// FFmpeg says 0/1 for "unknown", which players take for square.
  init(_ ratio: AVRational, isTransposed: Bool) {
    let isKnown = ratio.num > 0 && ratio.den > 0
    let (width, height) = isKnown ? (Int(ratio.num), Int(ratio.den)) : (1, 1)
    self = isTransposed ? PixelAspect(height, width) : PixelAspect(width, height)
  }
}
