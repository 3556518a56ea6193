/// One argument of a kernel, by element type.
package enum KernelArray: Sendable, Equatable {
  case floats([Float])
  case doubles([Double])
  case integers([Int32])
  case halves([UInt16])
  case bytes([UInt8])

  /// `count` zeros: an output.
  static func zeros(_ count: Int) -> KernelArray { .floats([Float](repeating: 0, count: count)) }

  /// The elements as numbers to compare, whatever their type.
  package var values: [Double] {
    switch self {
    case .floats(let elements): elements.map(Double.init)
    case .doubles(let elements): elements
    case .integers(let elements): elements.map(Double.init)
    case .halves(let elements): elements.map(Double.init)
    case .bytes(let elements): elements.map(Double.init)
    }
  }
}

/// The arrays of one call, in memory of their own at a chosen offset from a 64-byte boundary, with guard bytes around
/// each so that a write outside is seen.
package final class KernelMemory {
  private static let guardLength = 128
  private static let guardByte: UInt8 = 0xA5

  private let arrays: [KernelArray]
  private let offset: Int
  private var blocks: [UnsafeMutableRawBufferPointer] = []

  /// Copies `arrays`, each `offset` bytes past a 64-byte boundary.
  package init(_ arrays: [KernelArray], offset: Int = 0) {
    self.arrays = arrays
    self.offset = offset
    for array in arrays {
      switch array {
      case .floats(let elements): store(elements)
      case .doubles(let elements): store(elements)
      case .integers(let elements): store(elements)
      case .halves(let elements): store(elements)
      case .bytes(let elements): store(elements)
      }
    }
  }

  deinit { for block in blocks { block.deallocate() } }

  /// Array `index`, which must have been given as floats.
  func floats(_ index: Int) -> UnsafeMutablePointer<Float> { start(index) }
  /// Array `index`, which must have been given as doubles.
  func doubles(_ index: Int) -> UnsafeMutablePointer<Double> { start(index) }
  /// Array `index`, which must have been given as integers.
  func integers(_ index: Int) -> UnsafeMutablePointer<Int32> { start(index) }
  /// Array `index`, which must have been given as halves.
  func halves(_ index: Int) -> UnsafeMutablePointer<UInt16> { start(index) }
  /// Array `index`, which must have been given as bytes.
  func bytes(_ index: Int) -> UnsafeMutablePointer<UInt8> { start(index) }

  /// What the arrays hold now.
  package var contents: [KernelArray] {
    arrays.indices.map { index in
      switch arrays[index] {
      case .floats(let elements): .floats(load(index, elements.count))
      case .doubles(let elements): .doubles(load(index, elements.count))
      case .integers(let elements): .integers(load(index, elements.count))
      case .halves(let elements): .halves(load(index, elements.count))
      case .bytes(let elements): .bytes(load(index, elements.count))
      }
    }
  }

  /// Whether nothing was written outside the arrays.
  package var guardsAreIntact: Bool {
    blocks.allSatisfy { block in
      block.prefix(Self.guardLength + offset).allSatisfy { $0 == Self.guardByte }
        && block.suffix(Self.guardLength).allSatisfy { $0 == Self.guardByte }
    }
  }

  private func store<Element: BitwiseCopyable>(_ elements: [Element]) {
    let length = elements.count * MemoryLayout<Element>.stride
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: length + offset + 2 * Self.guardLength, alignment: 64)
    for index in block.indices { block[index] = Self.guardByte }
    elements.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(rebasing: block.dropFirst(Self.guardLength + offset)).copyMemory(from: source)
    }
    blocks.append(block)
  }

  private func start<Element>(_ index: Int) -> UnsafeMutablePointer<Element> {
    let first = Self.guardLength + offset
    return UnsafeMutableRawBufferPointer(rebasing: blocks[index].dropFirst(first)).baseAddress!
      .assumingMemoryBound(to: Element.self)
  }

  private func load<Element>(_ index: Int, _ count: Int) -> [Element] {
    let first: UnsafeMutablePointer<Element> = start(index)
    return Array(UnsafeBufferPointer(start: first, count: count))
  }
}

/// Reproducible inputs for kernels (SplitMix64, Steele et al. 2014).
package struct KernelRandom: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers that depend on `seed` alone.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// `count` numbers, evenly spread over `range`.
  package mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  /// `count` numbers at least 0.2 from 0, where a rectifier has no derivative.
  mutating func awayFromZero(_ count: Int) -> [Float] {
    floats(count, in: 0.2...2).map { Bool.random(using: &self) ? $0 : -$0 }
  }

  /// `floats` as an argument of a kernel.
  mutating func array(_ count: Int, in range: ClosedRange<Float> = -2...2) -> KernelArray {
    .floats(floats(count, in: range))
  }
}
