import CFFmpeg
import Diagnostics

extension Pixels {
  /// The picture as the bytes of a PNG file (W3C, Portable Network Graphics), without loss: 8 bits a channel, RGB or gray.
  ///
  /// - Throws: `UnrollError` of kind `unavailable` when this FFmpeg was built without PNG, or cannot encode so large a
  ///   picture.
  public func png() throws -> [UInt8] {
    let encoder = try PNGEncoder(size, format)
    return try encoder.encode(self)
  }
}

/// FFmpeg's PNG encoder, opened for one picture.
private struct PNGEncoder: ~Copyable {
  private static let name = "the PNG picture"
  private let context: UnsafeMutablePointer<AVCodecContext>

  init(_ size: PixelSize, _ format: Pixels.Format) throws {
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG), let opened = avcodec_alloc_context3(codec) else {
      throw UnrollError(
        .unavailable, "this FFmpeg has no PNG encoder", advice: "install an FFmpeg that was built with zlib")
    }
    opened.pointee.width = Int32(clamping: size.width)
    opened.pointee.height = Int32(clamping: size.height)
    opened.pointee.pix_fmt = format.inFFmpeg
    opened.pointee.time_base = AVRational(num: 1, den: 1)
    // Threads would only pay for many pictures at once.
    opened.pointee.thread_count = 1
    // Each byte as its difference from what its neighbours foretell: half the size for photographs.
    av_opt_set(opened.pointee.priv_data, "pred", "paeth", 0)
    let code = avcodec_open2(opened, codec, nil)
    guard code >= 0 else {
      var failed: UnsafeMutablePointer<AVCodecContext>? = opened
      avcodec_free_context(&failed)
      throw UnrollError.ffmpeg(
        .unavailable, code: code, file: nil, "a picture of \(size) pixels cannot be encoded as PNG")
    }
    context = opened
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&context)
  }

  func encode(_ pixels: Pixels) throws -> [UInt8] {
    let picture = try Picture(pixels.size, pixels.format.inFFmpeg, file: Self.name)
    copy(pixels, into: picture.pointer)
    guard let packet = Packet() else { throw UnrollError(.unavailable, "there is no memory left for a PNG picture") }
    var code = avcodec_send_frame(context, picture.pointer)
    if code >= 0 { code = avcodec_receive_packet(context, packet.pointer) }
    guard code >= 0 else {
      throw UnrollError.ffmpeg(.unavailable, code: code, file: nil, "the picture cannot be encoded as PNG")
    }
    let (data, size) = (packet.pointer.pointee.data, Int(packet.pointer.pointee.size))
    return Array(UnsafeBufferPointer(start: data, count: size))
  }

  private func copy(_ pixels: Pixels, into frame: UnsafeMutablePointer<AVFrame>) {
    pixels.withUnsafeBytes { bytes in
      av_image_copy_plane(
        frame.pointee.data.0, frame.pointee.linesize.0, bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
        Int32(pixels.bytesPerRow), Int32(pixels.width * pixels.format.channels), Int32(pixels.height))
    }
  }
}
