import CFFmpeg
import Foundation

/// Takes bytes from FFmpeg into a file, at any position.
final class OutputChannel {
  private static let bufferSize = 1 << 16

  /// What the system said when a write failed; 0 while none has.
  private(set) var failure: Int32 = 0

  private let descriptor: Int32
  private var position: off_t = 0
  private var context: UnsafeMutablePointer<AVIOContext>?

  /// - Parameter descriptor: A regular file, which must stay open as long as the channel.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    let buffer = av_malloc(Self.bufferSize)
    context = unroll_avio_for_writing(
      buffer?.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), Unmanaged.passUnretained(self).toOpaque(),
      { channel, bytes, count in OutputChannel.of(channel)?.write(bytes, Int(count)) ?? unroll_error_exit },
      { channel, offset, whence in OutputChannel.of(channel)?.seek(to: offset, whence) ?? -1 })
  }

  deinit {
    guard let context else { return }
    // FFmpeg may have replaced the buffer by another one.
    av_freep(&context.pointee.buffer)
    avio_context_free(&self.context)
  }

  /// The context to hand to FFmpeg; it lives as long as the channel. Nil when memory is out.
  var ioContext: UnsafeMutablePointer<AVIOContext>? { context }

  private static func of(_ opaque: UnsafeMutableRawPointer?) -> OutputChannel? {
    opaque.map { Unmanaged<OutputChannel>.fromOpaque($0).takeUnretainedValue() }
  }

  private func write(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var done = 0
    while let bytes, done < count {
      let written = pwrite(descriptor, bytes + done, count - done, position)
      if written > 0 {
        done += written
        position += off_t(written)
      } else if written == 0 || errno != EINTR {
        failure = written == 0 ? EIO : errno
        return -failure
      }
    }
    return Int32(done)
  }

  private func seek(to offset: Int64, _ whence: Int32) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return -1 }
    if whence & AVSEEK_SIZE != 0 { return Int64(status.st_size) }
    switch whence & ~AVSEEK_FORCE {
    case SEEK_SET: position = off_t(offset)
    case SEEK_CUR: position += off_t(offset)
    case SEEK_END: position = status.st_size + off_t(offset)
    default: return -1
    }
    return Int64(position)
  }
}
