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

  /// Writes the last pixel of each row once more behind it. Of packed colours libswscale reads two pixels at a time, also
  /// where the width is odd; what it finds there must not be chance.
  func repeatLastPixels(bytes: Int) {
    guard size.width % 2 == 1, let start = pointer.pointee.data.0 else { return }
    let stride = Int(pointer.pointee.linesize.0)
    let end = size.width * bytes
    for row in 0..<size.height {
      for byte in 0..<min(bytes, stride - end) {
        start[row * stride + end + byte] = start[row * stride + end - bytes + byte]
      }
    }
  }

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
