import CFFmpeg
import Diagnostics
import Foundation

/// The bytes of a file or of a pipe, as FFmpeg asks for them.
///
/// FFmpeg's own file protocol takes `a:b.mp4` for a protocol named `a`, and a blocking read of an idle pipe cannot be
/// interrupted there; hence ours. A regular file is read by position, anything else with `poll`.
final class InputChannel {
  private static let bufferSize = 1 << 16

  /// The name for errors.
  let name: String
  /// Whether bytes can be read in any order and more than once.
  let isSeekable: Bool
  /// What the system said when a read failed; 0 while none has.
  private(set) var failure: Int32 = 0

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let stop: StopFlag
  private let origin: off_t
  private var position: off_t = 0
  private var context: UnsafeMutablePointer<AVIOContext>?

  /// Reads an open descriptor.
  ///
  /// - Parameter ownsDescriptor: Whether to close it in the end.
  init(descriptor: Int32, ownsDescriptor: Bool, name: String, stop: StopFlag) throws {
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    self.name = name
    self.descriptor = descriptor
    self.ownsDescriptor = ownsDescriptor
    self.stop = stop
    isSeekable = isRegular
    origin = isRegular ? max(0, lseek(descriptor, 0, SEEK_CUR)) : 0
    let buffer = av_malloc(Self.bufferSize)
    context = avio_alloc_context(
      buffer?.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0, Unmanaged.passUnretained(self).toOpaque(),
      { channel, target, count in InputChannel.of(channel)?.read(into: target, count) ?? unroll_error_exit }, nil,
      isRegular ? { channel, offset, origin in InputChannel.of(channel)?.seek(to: offset, origin) ?? -1 } : nil)
  }

  deinit {
    if let context {
      // FFmpeg may have replaced the buffer by another one.
      av_freep(&context.pointee.buffer)
      avio_context_free(&self.context)
    }
    if ownsDescriptor { close(descriptor) }
  }

  /// The context to hand to FFmpeg; it lives as long as the channel.
  var ioContext: UnsafeMutablePointer<AVIOContext>? { context }

  private static func of(_ opaque: UnsafeMutableRawPointer?) -> InputChannel? {
    opaque.map { Unmanaged<InputChannel>.fromOpaque($0).takeUnretainedValue() }
  }

  private func read(into target: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Int32 {
    while true {
      if stop.isRaised || (!isSeekable && !waitForBytes()) { return unroll_error_exit }
      let got =
        isSeekable
        ? pread(descriptor, target, Int(count), origin + position) : Foundation.read(descriptor, target, Int(count))
      if got > 0 {
        position += off_t(got)
        return Int32(got)
      }
      if got == 0 { return unroll_error_end }
      if errno == EINTR || errno == EAGAIN { continue }
      failure = errno
      return -failure
    }
  }

  /// Waits until there is something to read, or the end. False when the flag was raised first.
  private func waitForBytes() -> Bool {
    var requests = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&requests, nfds_t(requests.count), -1) < 0 {
      // Anything else shows again in the read that follows.
      if errno != EINTR { break }
    }
    return !stop.isRaised
  }

  private func seek(to offset: Int64, _ whence: Int32) -> Int64 {
    if whence & AVSEEK_SIZE != 0 { return size ?? -1 }
    switch whence & ~AVSEEK_FORCE {
    case SEEK_SET: position = off_t(offset)
    case SEEK_CUR: position += off_t(offset)
    case SEEK_END: position = off_t((size ?? 0) + offset)
    default: return -1
    }
    return Int64(position)
  }

  /// Asked anew each time: a file may grow while it is read.
  private var size: Int64? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int64(status.st_size - origin) : nil
  }
}
