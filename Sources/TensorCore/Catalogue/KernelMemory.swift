/// One argument of a kernel, by element type.
package enum KernelArray: Sendable, Equatable {
  case floats([Float])
  case doubles([Double])
  case integers([Int32])
  case halves([UInt16])
  case bytes([UInt8])

  /// `count` zeros: an output.
  static func zeros(_ count: Int) -> KernelArray { .floats([Float](repeating: 0, count: count)) }

  /// How many elements there are.
  fileprivate var count: Int {
    switch self {
    case .floats(let elements): elements.count
    case .doubles(let elements): elements.count
    case .integers(let elements): elements.count
    case .halves(let elements): elements.count
    case .bytes(let elements): elements.count
    }
  }

  /// Bytes from one element to the next.
  fileprivate var stride: Int {
    switch self {
    case .floats, .integers: 4
    case .doubles: 8
    case .halves: 2
    case .bytes: 1
    }
  }

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
  /// Where one array lies.
  private struct Block {
    let base: UnsafeMutableRawPointer
    let first: Int
    let end: Int
  }

  private static let guardLength = 128
  private static let guardByte: UInt8 = 0xA5

  private let arrays: [KernelArray]
  private let blocks: [Block]

  /// Copies `arrays`, each `offset` bytes past a 64-byte boundary, or as near below as its element type allows.
  package init(_ arrays: [KernelArray], offset: Int = 0) {
    self.arrays = arrays
    blocks = arrays.map { array in
      let first = Self.guardLength + offset / array.stride * array.stride
      let end = first + array.count * array.stride
      let base = UnsafeMutableRawPointer.allocate(byteCount: end + Self.guardLength, alignment: 64)
      base.initializeMemory(as: UInt8.self, repeating: Self.guardByte, count: end + Self.guardLength)
      return Block(base: base, first: first, end: end)
    }
    restore()
  }

  deinit { for block in blocks { block.base.deallocate() } }

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

  /// Puts the arrays back to what they were given as.
  func restore() {
    for (index, array) in arrays.enumerated() {
      switch array {
      case .floats(let elements): store(elements, at: index)
      case .doubles(let elements): store(elements, at: index)
      case .integers(let elements): store(elements, at: index)
      case .halves(let elements): store(elements, at: index)
      case .bytes(let elements): store(elements, at: index)
      }
    }
  }

  /// What the arrays hold now.
  package var contents: [KernelArray] {
    arrays.enumerated().map { index, array in
      switch array {
      case .floats: .floats(load(index, array.count))
      case .doubles: .doubles(load(index, array.count))
      case .integers: .integers(load(index, array.count))
      case .halves: .halves(load(index, array.count))
      case .bytes: .bytes(load(index, array.count))
      }
    }
  }

  /// Whether nothing was written outside the arrays.
  package var guardsAreIntact: Bool {
    blocks.allSatisfy { block in
      let before = UnsafeRawBufferPointer(start: block.base, count: block.first)
      let after = UnsafeRawBufferPointer(start: block.base + block.end, count: Self.guardLength)
      return before.allSatisfy { $0 == Self.guardByte } && after.allSatisfy { $0 == Self.guardByte }
    }
  }

  private func store<Element: BitwiseCopyable>(_ elements: [Element], at index: Int) {
    let first: UnsafeMutablePointer<Element> = start(index)
    _ = UnsafeMutableBufferPointer(start: first, count: elements.count).update(fromContentsOf: elements)
  }

  private func load<Element>(_ index: Int, _ count: Int) -> [Element] {
    let first: UnsafeMutablePointer<Element> = start(index)
    return Array(UnsafeBufferPointer(start: first, count: count))
  }

  private func start<Element>(_ index: Int) -> UnsafeMutablePointer<Element> {
    (blocks[index].base + blocks[index].first).assumingMemoryBound(to: Element.self)
  }
}
