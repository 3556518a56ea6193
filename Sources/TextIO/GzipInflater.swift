import CZlib
import Diagnostics

/// Unpacks gzip data (RFC 1952) piece by piece, several members in a row as one stream, checksums verified.
final class GzipInflater {
  private let name: String
  private let stream: UnsafeMutablePointer<z_stream>
  private var state = State.insideMember
  /// Whether the last call stopped for want of room, so that there may be more without further input.
  private(set) var mayHoldOutput = false

  private enum State {
    case insideMember
    /// A member has ended: another may follow, or zero bytes as padding, or nothing.
    case betweenMembers
  }

  /// `name` stands for the file in errors. Throws `internalFault` when memory is exhausted.
  init(name: String) throws {
    self.name = name
    // zlib keeps a pointer to the stream, so it must not move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 asks for the gzip wrapper, 15 for the largest window.
    let status = inflateInit2_(stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw UnrollError(.internalFault, file: name, "zlib does not start") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Unpacks from `input` into `target`; either may be used up in part. Throws `badData` when the data is damaged.
  func inflate(
    _ input: UnsafeMutableRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws -> (consumed: Int, produced: Int) {
    var skipped = 0
    if state == .betweenMembers {
      skipped = input.prefix { $0 == 0 }.count
      if skipped == input.count { return (skipped, 0) }
      inflateReset(stream)
      state = .insideMember
    }
    let size = min(input.count - skipped, Int(UInt32.max))
    let room = min(target.count, Int(UInt32.max))
    stream.pointee.next_in = input.baseAddress?.advanced(by: skipped).assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(size)
    stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let status = CZlib.inflate(stream, Z_NO_FLUSH)
    mayHoldOutput = stream.pointee.avail_out == 0 && status != Z_STREAM_END
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: state = .betweenMembers
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
      throw UnrollError(
        .badData, file: name, "the gzip data is damaged: \(reason)", advice: "check it with gzip -t and fetch it again")
    }
    return (skipped + size - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
  }

  /// To be called at the end of the input. Throws `badData` when the data is not complete.
  func finish() throws {
    guard state == .betweenMembers else {
      throw UnrollError(.badData, file: name, "the gzip data ends too early", advice: "fetch the file again")
    }
  }
}
