import CKernels

extension Tensor {
  /// The same elements in row-major order under another shape with as many elements; shares memory.
  package func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.product == count, "\(self.shape) cannot be reshaped to \(shape)")
    let (index, original) = (operand, self.shape)
    return result(viewed(as: shape), of: self) { tape, gradient in
      tape.accumulate(gradient.viewed(as: original), into: index)
    }
  }

  /// The axes in another order: axis i of the result is axis `axes[i]` of this tensor.
  package func transposed(_ axes: [Int]) -> Tensor {
    precondition(axes.sorted() == Array(shape.indices), "\(axes) is no order of the axes of \(shape)")
    if axes == Array(shape.indices) { return self }
    let output = Tensor(uninitialized: axes.map { shape[$0] })
    permute(pointer, shape: shape, axes: axes, into: output.base, accumulate: false)
    let (index, original) = (operand, shape)
    return result(output, of: self) { tape, gradient in
      var inverse = axes
      for (place, axis) in axes.enumerated() { inverse[axis] = place }
      tape.accumulate(into: index, shape: original) { target, accumulate in
        permute(gradient.pointer, shape: gradient.shape, axes: inverse, into: target, accumulate: accumulate)
      }
    }
  }

  /// The matrix transposed; with more axes, the last two change places.
  package func transposed() -> Tensor {
    precondition(rank >= 2, "\(shape) has no two axes to transpose")
    return transposed(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
  }

  /// The elements whose place along `axis` lies in `range`. A slice of the first axis shares memory.
  package func slice(_ range: Range<Int>, axis: Int = 0) -> Tensor {
    precondition(
      shape.indices.contains(axis) && range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "no slice \(range) of axis \(axis) of \(shape)")
    let blocks = AxisBlocks(shape, axis: axis)
    let (index, original) = (operand, shape)
    return result(part(range, axis: axis), of: self) { tape, gradient in
      tape.accumulate(into: index, shape: original) { target, accumulate in
        if !accumulate { target.update(repeating: 0, count: original.product) }
        blocks.put(gradient.pointer, into: target, at: range, accumulate: accumulate)
      }
    }
  }

  /// The untracked values of a slice.
  private func part(_ range: Range<Int>, axis: Int) -> Tensor {
    let blocks = AxisBlocks(shape, axis: axis)
    var shape = shape
    shape[axis] = range.count
    if blocks.outer == 1 { return viewed(as: shape, from: range.lowerBound * blocks.inner) }
    let output = Tensor(uninitialized: shape)
    blocks.get(range, of: pointer, into: output.base, accumulate: false)
    return output
  }

  /// Tensors that are equal in all axes but `axis`, one after the other along it.
  package static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to concatenate")
    if tensors.count == 1 { return tensors[0] }
    var shape = tensors[0].shape
    precondition(shape.indices.contains(axis), "no axis \(axis) in \(shape)")
    shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    for tensor in tensors {
      var expected = shape
      expected[axis] = tensor.shape.count > axis ? tensor.shape[axis] : 0
      precondition(tensor.shape == expected, "cannot concatenate \(tensors.map(\.shape)) along axis \(axis)")
    }
    return join(tensors, lengths: tensors.map { $0.shape[axis] }, shape: shape, axis: axis)
  }

  /// Tensors of one shape along a new axis: n of `[B, D]` become `[n, B, D]` for axis 0.
  package static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to stack")
    var shape = tensors[0].shape
    precondition(
      tensors.allSatisfy { $0.shape == shape } && axis <= shape.count,
      "cannot stack \(tensors.map(\.shape)) along axis \(axis)")
    shape.insert(tensors.count, at: axis)
    return join(tensors, lengths: [Int](repeating: 1, count: tensors.count), shape: shape, axis: axis)
  }

  /// Puts tensors one after the other along `axis` of `shape`, of which each fills `lengths[i]` places.
  private static func join(_ tensors: [Tensor], lengths: [Int], shape: [Int], axis: Int) -> Tensor {
    let output = Tensor(uninitialized: shape)
    let blocks = AxisBlocks(shape, axis: axis)
    let ranges = consecutiveRanges(lengths)
    for (tensor, range) in zip(tensors, ranges) {
      blocks.put(tensor.pointer, into: output.base, at: range, accumulate: false)
    }
    let operands = tensors.map { (index: $0.operand, shape: $0.shape) }
    return result(output, of: tensors) { tape, gradient in
      for (operand, range) in zip(operands, ranges) {
        tape.accumulate(into: operand.index, shape: operand.shape) { target, accumulate in
          blocks.get(range, of: gradient.pointer, into: target, accumulate: accumulate)
        }
      }
    }
  }

  /// Cuts along `axis` into parts of the given lengths, which add up to the axis. On the way back the parts fill one
  /// gradient together. Parts of the first axis share memory.
  package func split(_ lengths: [Int], axis: Int = 0) -> [Tensor] {
    precondition(
      shape.indices.contains(axis) && lengths.reduce(0, +) == shape[axis],
      "lengths \(lengths) do not fill axis \(axis) of \(shape)")
    return cut(lengths, axis: axis, keepingAxis: true)
  }

  /// The slices along `axis`, without that axis: `[T, B, D]` becomes T of `[B, D]` for axis 0.
  package func unstacked(axis: Int = 0) -> [Tensor] {
    precondition(shape.indices.contains(axis), "no axis \(axis) in \(shape)")
    return cut([Int](repeating: 1, count: shape[axis]), axis: axis, keepingAxis: false)
  }

  private func cut(_ lengths: [Int], axis: Int, keepingAxis: Bool) -> [Tensor] {
    let ranges = consecutiveRanges(lengths)
    let parts = ranges.map { range in
      let part = part(range, axis: axis)
      if keepingAxis { return part }
      var shape = shape
      shape.remove(at: axis)
      return part.viewed(as: shape)
    }
    guard let tape = node?.tape else { return parts }
    let placed = parts.map { tape.place($0) }
    let (index, original, places) = (operand, shape, placed.map(\.operand))
    tape.record(#function, bytes: byteCount(of: [self] + parts)) { tape in
      let gradients = places.map { $0.flatMap { tape.takeGradient(at: $0) } }
      if gradients.allSatisfy({ $0 == nil }) { return }
      let blocks = AxisBlocks(original, axis: axis)
      tape.accumulate(into: index, shape: original) { target, accumulate in
        for (gradient, range) in zip(gradients, ranges) {
          if let gradient {
            blocks.put(gradient.pointer, into: target, at: range, accumulate: accumulate)
          } else if !accumulate {
            blocks.clear(range, of: target)
          }
        }
      }
    }
    return placed
  }
}

/// Half-open ranges of the given lengths, one after the other from 0.
private func consecutiveRanges(_ lengths: [Int]) -> [Range<Int>] {
  var start = 0
  return lengths.map { length in
    defer { start += length }
    return start..<(start + length)
  }
}

/// A tensor seen from one of its axes: `outer` blocks of `length` times `inner` contiguous elements.
private struct AxisBlocks {
  let outer: Int
  let length: Int
  let inner: Int

  init(_ shape: [Int], axis: Int) {
    outer = shape[..<axis].reduce(1, *)
    length = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
  }

  /// Copies or adds the places `range` of the whole to a part of that length.
  func get(
    _ range: Range<Int>, of whole: UnsafePointer<Float>, into part: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    let run = range.count * inner
    move(run: run, whole + range.lowerBound * inner, length * inner, into: part, run, accumulate: accumulate)
  }

  /// Copies or adds a part to the places `range` of the whole.
  func put(
    _ part: UnsafePointer<Float>, into whole: UnsafeMutablePointer<Float>, at range: Range<Int>, accumulate: Bool
  ) {
    let run = range.count * inner
    move(run: run, part, run, into: whole + range.lowerBound * inner, length * inner, accumulate: accumulate)
  }

  /// Sets the places `range` of the whole to zero.
  func clear(_ range: Range<Int>, of whole: UnsafeMutablePointer<Float>) {
    for block in 0..<outer {
      (whole + (block * length + range.lowerBound) * inner).update(repeating: 0, count: range.count * inner)
    }
  }

  private func move(
    run: Int, _ source: UnsafePointer<Float>, _ sourceStride: Int, into target: UnsafeMutablePointer<Float>,
    _ targetStride: Int, accumulate: Bool
  ) {
    if outer == 1 {
      eachRange(of: run) { range in
        store(range.count, source + range.lowerBound, into: target + range.lowerBound, accumulate: accumulate)
      }
    } else {
      eachRowRange(outer, columns: run) { range in
        let first = range.lowerBound
        unroll_copy_rows(
          range.count, run, source + first * sourceStride, sourceStride, target + first * targetStride, targetStride,
          accumulate)
      }
    }
  }
}

/// Writes `source` with its axes in the order `axes` to `target`, row after row of the result.
private func permute(
  _ source: UnsafePointer<Float>, shape: [Int], axes: [Int], into target: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  if shape.product == 0 { return }
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  // Axes that end both orders move as whole runs of elements, and runs along the axis before them in one call.
  var outer = axes[...]
  var run = 1
  while let last = outer.last, last == outer.count - 1 {
    run *= shape[last]
    outer = outer.dropLast()
  }
  guard let inner = outer.popLast() else { return }
  let length = shape[inner]
  if run == 1, !accumulate, outer.last == shape.count - 1, inner == shape.count - 2,
    outer.dropLast().elementsEqual(0..<shape.count - 2)
  {
    let matrix = shape[inner] * shape[inner + 1]
    eachMatrix(shape.product / matrix) { index in
      unroll_transpose(length, shape[inner + 1], source + index * matrix, target + index * matrix)
    }
    return
  }
  let (lengths, jumps) = (outer.map { shape[$0] }, outer.map { strides[$0] })
  eachRowRange(lengths.product, columns: length * run) { range in
    for row in range {
      var (rest, offset) = (row, 0)
      for axis in lengths.indices.reversed() {
        offset += rest % lengths[axis] * jumps[axis]
        rest /= lengths[axis]
      }
      unroll_copy_rows(
        length, run, source + offset, strides[inner], target + row * length * run, run, accumulate)
    }
  }
}

/// Copies `source` to `target`, or adds it.
@inline(__always)
func store(
  _ count: Int, _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  if accumulate {
    addInPlace(target, source, count: count)
  } else {
    target.update(from: source, count: count)
  }
}
