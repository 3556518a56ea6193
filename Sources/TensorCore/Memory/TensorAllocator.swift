import Foundation
import Synchronization

/// A caching allocator for tensor memory: 64-byte aligned blocks in size classes a quarter of a power of two apart,
/// kept after release, so that a training step takes nothing from the system once it is warm. A request may get a
/// block of up to twice its size: batches come in many lengths, and a set of blocks for each would multiply memory.
package final class TensorAllocator: Sendable {
  /// The allocator that every tensor uses.
  package static let shared = TensorAllocator()

  /// What the allocator did so far.
  package struct Statistics: Sendable {
    /// Blocks taken from the system.
    package var systemAllocations = 0
    /// Bytes now lent to tensors.
    package var bytesInUse = 0
    /// Bytes kept for the next tensor of the same class.
    package var bytesCached = 0
    /// The largest `bytesInUse` so far.
    package var peakBytesInUse = 0
  }

  private struct State {
    // Raw addresses, because pointers are not Sendable.
    var free: [Int: [UInt]] = [:]
    var statistics = Statistics()

    /// A free block of the class `wanted`, or of one of the next four.
    mutating func takeFree(from wanted: Int) -> (bytes: Int, address: UInt)? {
      var bytes = wanted
      for _ in 0..<5 {
        if let address = free[bytes]?.popLast() { return (bytes, address) }
        bytes = TensorAllocator.classBytes(forCount: bytes / MemoryLayout<Float>.stride + 1)
      }
      return nil
    }
  }

  private let state = Mutex(State())

  /// Blocks at least this large sit on huge-page borders: the logits of a batch span thousands of small pages.
  private static let hugePage = 2 << 20

  /// A snapshot of the counts.
  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// Bytes of the size class that holds `count` floats.
  static func classBytes(forCount count: Int) -> Int {
    let bytes = max(count * MemoryLayout<Float>.stride, 64)
    let power = 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)
    let step = max(power / 4, 64)
    return (bytes + step - 1) / step * step
  }

  /// Lends an uninitialised block for `count` floats.
  func take(count: Int) -> (base: UnsafeMutablePointer<Float>, bytes: Int) {
    let wanted = Self.classBytes(forCount: count)
    let (bytes, cached): (Int, UInt?) = state.withLock { state in
      let found = state.takeFree(from: wanted)
      let bytes = found?.bytes ?? wanted
      state.statistics.bytesInUse += bytes
      state.statistics.peakBytesInUse = max(state.statistics.peakBytesInUse, state.statistics.bytesInUse)
      if found == nil { state.statistics.systemAllocations += 1 } else { state.statistics.bytesCached -= bytes }
      return (bytes, found?.address)
    }
    if let cached, let pointer = UnsafeMutablePointer<Float>(bitPattern: cached) { return (pointer, bytes) }
    return (systemBlock(bytes: bytes), bytes)
  }

  private func systemBlock(bytes: Int) -> UnsafeMutablePointer<Float> {
    let large = bytes >= 2 * Self.hugePage
    var raw: UnsafeMutableRawPointer?
    if posix_memalign(&raw, large ? Self.hugePage : 64, bytes) != 0 {
      releaseCached()
      guard posix_memalign(&raw, 64, bytes) == 0 else {
        preconditionFailure("out of memory: \(bytes) bytes for a tensor")
      }
    }
    guard let raw else { preconditionFailure("out of memory: \(bytes) bytes for a tensor") }
    #if os(Linux)
      if large { _ = madvise(raw, bytes, 14 /* MADV_HUGEPAGE */) }
    #endif
    return raw.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
  }

  /// Takes a block back and keeps it.
  func give(_ base: UnsafeMutablePointer<Float>, bytes: Int) {
    let address = UInt(bitPattern: base)
    state.withLock { state in
      state.statistics.bytesInUse -= bytes
      state.statistics.bytesCached += bytes
      state.free[bytes, default: []].append(address)
    }
  }

  /// Returns every kept block to the system.
  package func releaseCached() {
    let addresses = state.withLock { state in
      let all = state.free.values.flatMap { $0 }
      state.free = [:]
      state.statistics.bytesCached = 0
      return all
    }
    for address in addresses { free(UnsafeMutableRawPointer(bitPattern: address)) }
  }
}

/// One block of tensor memory; goes back to the allocator with its last reference.
final class TensorStorage {
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int

  init(count: Int) {
    (base, bytes) = TensorAllocator.shared.take(count: count)
  }

  deinit { TensorAllocator.shared.give(base, bytes: bytes) }
}
