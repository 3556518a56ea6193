import CFFmpeg

/// One decoded picture of FFmpeg, in the pixel format of the video. Its memory is counted by FFmpeg.
struct Picture: ~Copyable, @unchecked Sendable {
  let pointer: UnsafeMutablePointer<AVFrame>

  /// An empty picture; nil when memory is out.
  init?() {
    guard let pointer = av_frame_alloc() else { return nil }
    self.pointer = pointer
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&pointer)
  }

  var size: PixelSize { PixelSize(Int(pointer.pointee.width), Int(pointer.pointee.height)) }

  var format: AVPixelFormat { AVPixelFormat(rawValue: pointer.pointee.format) }

  /// What is known of the pixel format.
  var descriptor: UnsafePointer<AVPixFmtDescriptor>? { av_pix_fmt_desc_get(format) }
}

/// A packet of FFmpeg: some coded bytes.
struct Packet: ~Copyable {
  let pointer: UnsafeMutablePointer<AVPacket>

  /// An empty packet; nil when memory is out.
  init?() {
    guard let pointer = av_packet_alloc() else { return nil }
    self.pointer = pointer
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&pointer)
  }
}
