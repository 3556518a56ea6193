import CKernels

extension Tensor {
  /// Sets every element to zero with probability `p` and divides the rest by 1 - p (Srivastava et al., 2014), so that
  /// the mean stays. A tensor without a tape passes as it is: inference needs no mode switch.
  ///
  /// The mask is a pure function of the tape's seed and a key drawn from it: the way back makes it again from these.
  package func dropout(_ p: Float) -> Tensor {
    precondition(p >= 0 && p < 1, "a dropout probability lies in 0..<1, not \(p)")
    guard p > 0, let tape = node?.tape else { return self }
    let (seed, key) = (tape.randomness.seed, tape.randomness.next())
    let output = Tensor(uninitialized: shape)
    mask(pointer, count: count, p, seed: seed, key: key, into: output.base, accumulate: false)
    let (index, shape) = (operand, shape)
    return result(output, of: self) { tape, gradient in
      tape.accumulate(into: index, shape: shape) { target, accumulate in
        mask(gradient.pointer, count: shape.product, p, seed: seed, key: key, into: target, accumulate: accumulate)
      }
    }
  }
}

extension Tape {
  /// A mask that sets to zero with probability `p` what it multiplies, and divides the rest by 1 - p: for masks that more than one
  /// operation shares.
  package func mask(_ shape: [Int], dropping p: Float) -> Tensor {
    precondition(p >= 0 && p < 1, "a dropout probability lies in 0..<1, not \(p)")
    let (ones, mask) = (Tensor(repeating: 1, shape), Tensor(uninitialized: shape))
    TensorCore.mask(
      ones.pointer, count: ones.count, p, seed: randomness.seed, key: randomness.next(), into: mask.base,
      accumulate: false)
    return mask
  }
}

/// Writes or adds `x` where the mask keeps it, divided by 1 - p. Element i of the tensor has counter i, whatever
/// thread does it.
private func mask(
  _ x: UnsafePointer<Float>, count: Int, _ p: Float, seed: UInt64, key: UInt64,
  into y: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  eachRange(of: count) { range in
    let start = range.lowerBound
    unroll_dropout(range.count, p, seed, key, UInt64(start), x + start, y + start, accumulate)
  }
}
