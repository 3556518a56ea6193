/// A dense, row-major array of Float32: a value over a reference-counted, 64-byte aligned buffer.
///
/// Writing copies when the buffer is shared. A tensor that an operation made from tracked tensors carries its place
/// on their `Tape`; every other tensor is a plain constant. Sequences are time-major: `[T, B, D]`.
package struct Tensor: @unchecked Sendable {
  /// The length of each axis, outermost first; `[]` is a scalar.
  package let shape: [Int]
  var storage: TensorStorage
  /// Where in the storage the first element lies, so that a slice of the first axis costs nothing.
  let offset: Int
  /// The place on a tape, when this tensor is tracked.
  package internal(set) var node: TapeNode?

  init(shape: [Int], storage: TensorStorage, offset: Int, node: TapeNode? = nil) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    self.node = node
  }

  /// Memory that was not set: only for a caller that writes every element.
  package init(uninitialized shape: [Int]) {
    self.init(shape: shape, storage: TensorStorage(count: shape.product), offset: 0)
  }

  /// A tensor with every element equal to `value`.
  package init(repeating value: Float, _ shape: [Int]) {
    self.init(uninitialized: shape)
    base.update(repeating: value, count: count)
  }

  /// A tensor of zeros.
  package init(zeros shape: [Int]) { self.init(repeating: 0, shape) }

  /// A tensor with the elements of `values` in row-major order; their number is the product of `shape`.
  package init(_ values: [Float], shape: [Int]) {
    precondition(values.count == shape.product, "\(values.count) values do not fill \(shape)")
    self.init(uninitialized: shape)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: source.count) }
    }
  }

  /// A scalar of shape `[]`.
  package init(_ value: Float) { self.init([value], shape: []) }

  /// The number of elements.
  package var count: Int { shape.product }
  /// The number of axes.
  package var rank: Int { shape.count }
  /// The length of the last axis (1 for a scalar).
  package var columns: Int { shape.last ?? 1 }
  /// The number of rows when all but the last axis are flattened.
  package var rows: Int { shape.dropLast().reduce(1, *) }

  /// Read access. The tensor must outlive the pointer's use: bind it to a name first.
  package var pointer: UnsafePointer<Float> { UnsafePointer(storage.base + offset) }

  /// Write access for whoever just made this tensor; nobody else may hold it.
  package var base: UnsafeMutablePointer<Float> { storage.base + offset }

  /// Write access to a tensor that may be shared: copies first when it is.
  package mutating func makeUnique() -> UnsafeMutablePointer<Float> {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = TensorStorage(count: count)
      copy.base.update(from: pointer, count: count)
      self = Tensor(shape: shape, storage: copy, offset: 0, node: node)
    }
    return storage.base + offset
  }

  /// The elements in row-major order.
  package var values: [Float] {
    let count = count
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress { start.initialize(from: pointer, count: count) }
      initialized = count
    }
  }

  /// The value of a tensor with one element.
  package var scalar: Float {
    precondition(count == 1, "a tensor of shape \(shape) is not a scalar")
    return pointer[0]
  }

  /// The same values without a place on a tape.
  package var detached: Tensor { Tensor(shape: shape, storage: storage, offset: offset) }

  /// The same buffer under another shape, untracked.
  func viewed(as shape: [Int], from start: Int = 0) -> Tensor {
    Tensor(shape: shape, storage: storage, offset: offset + start)
  }
}

extension [Int] {
  /// The product of all elements: the number of elements of a tensor of this shape.
  package var product: Int { reduce(1, *) }
}

extension Tensor {
  /// Whether both are the same memory.
  package func storageIsShared(with other: Tensor) -> Bool { storage === other.storage && offset == other.offset }
}
