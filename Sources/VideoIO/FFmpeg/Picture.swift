import CFFmpeg
import Diagnostics

/// One decoded picture of FFmpeg, in the pixel format of the video. Its memory is counted by FFmpeg.
struct Picture: ~Copyable, @unchecked Sendable {
  let pointer: UnsafeMutablePointer<AVFrame>

  /// An empty picture; nil when memory is out.
  init?() {
    guard let pointer = av_frame_alloc() else { return nil }
    self.pointer = pointer
  }

  /// A picture with memory for its pixels. Throws `unavailable` when there is none left.
  init(_ size: PixelSize, _ format: AVPixelFormat, file: String) throws {
    var frame = av_frame_alloc()
    frame?.pointee.width = Int32(size.width)
    frame?.pointee.height = Int32(size.height)
    frame?.pointee.format = format.rawValue
    guard let allocated = frame, av_frame_get_buffer(allocated, 0) >= 0 else {
      av_frame_free(&frame)
      throw UnrollError(.unavailable, file: file, "there is no memory left for a picture of \(size) pixels")
    }
    pointer = allocated
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&pointer)
  }

  var size: PixelSize { PixelSize(Int(pointer.pointee.width), Int(pointer.pointee.height)) }

  var format: AVPixelFormat { AVPixelFormat(rawValue: pointer.pointee.format) }
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
