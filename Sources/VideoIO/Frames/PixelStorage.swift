import Synchronization

/// The memory of a picture. Shared between copies of `Pixels` and written only by a sole owner.
final class PixelStorage: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer
  private let pool: PixelPool?

  init(byteCount: Int, pool: PixelPool?) {
    bytes = pool?.take(byteCount) ?? Self.allocate(byteCount)
    self.pool = pool
  }

  init(copying other: PixelStorage) {
    bytes = Self.allocate(other.bytes.count)
    pool = nil
    bytes.copyMemory(from: UnsafeRawBufferPointer(other.bytes))
  }

  deinit {
    if let pool { pool.give(back: bytes) } else { bytes.deallocate() }
  }

  fileprivate static func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    // libswscale may write a little past the end of the last row: that much lies behind the buffer.
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount + 64, alignment: 64)
    return UnsafeMutableRawBufferPointer(rebasing: block[..<byteCount])
  }
}

/// Memory of pictures that nobody looks at any more, kept for the next ones: a fresh large block costs a page fault every
/// four kilobytes.
final class PixelPool: Sendable {
  private static let most = 4
  private let free = Mutex<[PixelBlock]>([])

  /// Carries a block between threads; whoever holds it is its only owner.
  private struct PixelBlock: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
  }

  deinit { free.withLock { for block in $0 { block.bytes.deallocate() } } }

  func take(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    let block = free.withLock { blocks in
      blocks.lastIndex { $0.bytes.count == byteCount }.map { blocks.remove(at: $0) }
    }
    return block?.bytes ?? PixelStorage.allocate(byteCount)
  }

  func give(back bytes: UnsafeMutableRawBufferPointer) {
    let block = PixelBlock(bytes: bytes)
    let surplus = free.withLock { blocks -> PixelBlock? in
      blocks.append(block)
      return blocks.count > Self.most ? blocks.removeFirst() : nil
    }
    surplus?.bytes.deallocate()
  }
}
