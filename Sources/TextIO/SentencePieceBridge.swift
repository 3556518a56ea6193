import CSentencePiece

// What the C callbacks of SentencePiece need on this side: they cannot capture, so results travel through a context.

/// Takes over a message from C; nil is success.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String? {
  guard let message else { return nil }
  defer { unroll_sp_release_message(message) }
  return String(cString: message)
}

/// The UTF-8 bytes of a text for the time of a call.
func withBytes<Result>(of text: String, _ body: (UnsafePointer<CChar>?, Int) -> Result) -> Result {
  var text = text
  return text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress, $0.count) }
  }
}

/// SentencePiece's seeds have 32 bits.
func foldSeed(_ seed: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: seed ^ (seed >> 32)) }

/// Context `[Int]`: appends ids.
let appendIDs: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CInt>?, Int) -> Void = { context, ids, count in
  guard let context else { return }
  let values = UnsafeBufferPointer(start: ids, count: count)
  context.assumingMemoryBound(to: [Int].self).pointee.append(contentsOf: values.lazy.map(Int.init))
}

/// Context `[String]`: appends a text.
let appendText: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int) -> Void = { context, text, size in
  guard let context else { return }
  let bytes = UnsafeRawBufferPointer(start: text, count: size)
  context.assumingMemoryBound(to: [String].self).pointee.append(String(decoding: bytes, as: UTF8.self))
}

/// Hands lines to C one at a time; each stays in place until the next is asked for.
final class LineFeed {
  private let pull: () -> String?
  private var buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 4096)

  init(_ lines: some Sequence<String>) {
    var iterator = lines.makeIterator()
    pull = { iterator.next() }
  }

  deinit { buffer.deallocate() }

  /// The next line, valid until the next call; nil at the end.
  func next() -> UnsafeBufferPointer<CChar>? {
    guard let line = pull() else { return nil }
    return withBytes(of: line) { bytes, size in
      if size > buffer.count {
        buffer.deallocate()
        buffer = .allocate(capacity: max(size, 2 * buffer.count))
      }
      _ = buffer.update(from: UnsafeBufferPointer(start: bytes, count: size))
      return UnsafeBufferPointer(rebasing: buffer[..<size])
    }
  }

  /// The context for `nextLine`; the feed must outlive the call that uses it.
  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
}

/// Context `LineFeed`.
let nextLine:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafePointer<CChar>?>?, UnsafeMutablePointer<Int>?
  ) -> Bool = { context, text, size in
    guard let context, let line = Unmanaged<LineFeed>.fromOpaque(context).takeUnretainedValue().next() else {
      return false
    }
    text?.pointee = line.baseAddress
    size?.pointee = line.count
    return true
  }
