import Diagnostics
import Foundation

/// Bytes from an open descriptor, unpacked when they are gzip (told by the first two bytes).
///
/// Every read takes what the system has at the moment, so that a pipe's bytes are seen as soon as they are written.
final class ByteSource {
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let name: String
  /// Bytes as they came, of which `pending` are not yet handed on.
  private let raw: UnsafeMutableRawBufferPointer
  private var pending = 0..<0
  private var reachedEnd = false
  private var packing = Packing.unknown

  private enum Packing {
    case unknown
    case plain
    case gzip(GzipInflater)
  }

  /// Opens a file. Throws `noInput`.
  init(url: URL) throws {
    descriptor = try WholeFile.openForReading(url)
    ownsDescriptor = true
    name = url.relativePath
    // Nothing is given back when an initializer throws, so this comes last.
    raw = Self.makeBuffer()
  }

  /// Reads a descriptor that someone else opened and closes; `name` stands for it in errors.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.ownsDescriptor = false
    self.name = name
    raw = Self.makeBuffer()
  }

  /// Room for what one read may bring.
  static func makeBuffer() -> UnsafeMutableRawBufferPointer { .allocate(byteCount: 1 << 17, alignment: 16) }

  deinit {
    if ownsDescriptor { close(descriptor) }
    raw.deallocate()
  }

  /// Whether `read` would return at once: bytes are there, or the end is.
  func isReady() throws -> Bool {
    if hasMaterial || reachedEnd { return true }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let result = poll(&request, 1, 0)
      if result >= 0 { return result > 0 }
      if errno != EINTR { throw WholeFile.failure(.inputOutput, name, "reading stopped") }
    }
  }

  /// Puts bytes into `target`, with at most one read of the system, and returns how many; 0 means the end, nil that what
  /// came so far is not enough for a byte (as inside a gzip header).
  ///
  /// Throws `inputOutput` when the system fails and `badData` when the gzip data is damaged or ends too early.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int? {
    if !hasMaterial { try refill() }
    if case .unknown = packing {
      guard pending.count >= 2 || !mayBecomeGzip || reachedEnd else { return nil }
      let isGzip = pending.count >= 2 && mayBecomeGzip && raw[pending.lowerBound + 1] == 0x8B
      packing = isGzip ? .gzip(try GzipInflater(name: name)) : .plain
    }
    guard case .gzip(let inflater) = packing else {
      let count = min(pending.count, target.count)
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[pending.prefix(count)]))
      pending.removeFirst(count)
      return count
    }
    if pending.isEmpty, reachedEnd, !inflater.mayHoldOutput {
      try inflater.finish()
      return 0
    }
    let input = UnsafeMutableRawBufferPointer(rebasing: raw[pending])
    let (consumed, produced) = try inflater.inflate(input, into: target)
    pending.removeFirst(consumed)
    return produced > 0 ? produced : nil
  }

  /// Whether there is something to go on with before the system is asked for more.
  private var hasMaterial: Bool {
    switch packing {
    case .unknown: pending.count >= 2
    case .plain: !pending.isEmpty
    case .gzip(let inflater): !pending.isEmpty || inflater.mayHoldOutput
    }
  }

  /// Whether the first byte is the one that gzip data starts with.
  private var mayBecomeGzip: Bool { !pending.isEmpty && raw[pending.lowerBound] == 0x1F }

  /// Adds what one read of the system gives to the pending bytes.
  private func refill() throws {
    if reachedEnd { return }
    if pending.isEmpty { pending = 0..<0 }
    while true {
      let room = UnsafeMutableRawBufferPointer(rebasing: raw[pending.upperBound...])
      let count = Foundation.read(descriptor, room.baseAddress, room.count)
      if count >= 0 {
        reachedEnd = count == 0
        pending = pending.lowerBound..<pending.upperBound + count
        return
      }
      if errno != EINTR { throw WholeFile.failure(.inputOutput, name, "reading stopped") }
    }
  }
}
