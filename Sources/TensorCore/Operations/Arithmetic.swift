import CKernels

extension Tensor {
  /// The sum, element by element; shapes broadcast (see `Broadcasting`).
  package static func + (a: Tensor, b: Tensor) -> Tensor {
    let (left, right) = (Operand(a), Operand(b))
    return result(combine(a, b, addRun), of: a, b) { tape, gradient in
      tape.accumulate(gradient, stretchedFrom: left)
      tape.accumulate(gradient, stretchedFrom: right)
    }
  }

  /// The difference, element by element; shapes broadcast.
  package static func - (a: Tensor, b: Tensor) -> Tensor {
    let (left, right) = (Operand(a), Operand(b))
    return result(combine(a, b, subtractRun), of: a, b) { tape, gradient in
      tape.accumulate(gradient, stretchedFrom: left)
      tape.accumulate(scaled(gradient, by: -1), stretchedFrom: right)
    }
  }

  /// The product, element by element; shapes broadcast.
  package static func * (a: Tensor, b: Tensor) -> Tensor {
    let (left, right) = (Operand(a), Operand(b))
    let (x, y) = (a.detached, b.detached)
    return result(combine(a, b, multiplyRun), of: a, b) { tape, gradient in
      tape.accumulate(gradient, times: y, into: left)
      tape.accumulate(gradient, times: x, into: right)
    }
  }

  /// The quotient, element by element; shapes broadcast.
  package static func / (a: Tensor, b: Tensor) -> Tensor {
    let (left, right) = (Operand(a), Operand(b))
    let quotient = combine(a, b, divideRun)
    let divisor = b.detached
    return result(quotient, of: a, b) { tape, gradient in
      let share = combine(gradient, divisor, divideRun)
      tape.accumulate(share, stretchedFrom: left)
      tape.accumulate(scaled(combine(share, quotient, multiplyRun), by: -1), stretchedFrom: right)
    }
  }

  /// Every element plus a number.
  package static func + (a: Tensor, b: Float) -> Tensor {
    let index = a.operand
    return result(affine(a, scale: 1, shift: b), of: a) { tape, gradient in tape.accumulate(gradient, into: index) }
  }

  /// Every element plus a number.
  package static func + (a: Float, b: Tensor) -> Tensor { b + a }

  /// Every element minus a number.
  package static func - (a: Tensor, b: Float) -> Tensor { a + -b }

  /// A number minus every element.
  package static func - (a: Float, b: Tensor) -> Tensor {
    let index = b.operand
    return result(affine(b, scale: -1, shift: a), of: b) { tape, gradient in
      tape.accumulate(scaled(gradient, by: -1), into: index)
    }
  }

  /// Every element times a number.
  package static func * (a: Tensor, b: Float) -> Tensor {
    let index = a.operand
    return result(scaled(a, by: b), of: a) { tape, gradient in
      tape.accumulate(scaled(gradient, by: b), into: index)
    }
  }

  /// Every element times a number.
  package static func * (a: Float, b: Tensor) -> Tensor { b * a }

  /// Every element divided by a number.
  package static func / (a: Tensor, b: Float) -> Tensor { a * (1 / b) }

  /// Every element with the other sign.
  package static prefix func - (a: Tensor) -> Tensor { a * -1 }
}

/// An operand as its operation's way back needs it: where its gradient gathers, and of which shape.
private struct Operand {
  let index: Int?
  let shape: [Int]

  init(_ tensor: Tensor) {
    index = tensor.operand
    shape = tensor.shape
  }
}

extension Tape {
  /// Adds the gradient of a broadcast result to an operand, summed over the axes along which that was stretched.
  fileprivate func accumulate(_ gradient: @autoclosure () -> Tensor, stretchedFrom operand: Operand) {
    guard let index = operand.index else { return }
    let gradient = gradient()
    if gradient.shape == operand.shape {
      accumulate(gradient, into: index)
      return
    }
    let missing = gradient.rank - operand.shape.count
    if operand.shape == Array(gradient.shape[missing...]) {  // a row that met every row, such as a bias
      accumulate(into: index, shape: operand.shape) { target, accumulate in
        sumColumns(
          gradient.pointer, rows: gradient.shape[..<missing].reduce(1, *), columns: operand.shape.product,
          into: target, accumulate: accumulate)
      }
      return
    }
    let stretched = gradient.shape.indices.filter { axis in
      axis < missing || (operand.shape[axis - missing] == 1 && gradient.shape[axis] != 1)
    }
    accumulate(gradient.detached.sum(axes: stretched).viewed(as: operand.shape), into: index)
  }
}

extension Tape {
  /// Adds the gradient of a product to one factor; `factor` is the other one.
  fileprivate func accumulate(_ gradient: Tensor, times factor: Tensor, into operand: Operand) {
    guard gradient.shape == operand.shape, gradient.shape == factor.shape else {
      accumulate(combine(gradient, factor, multiplyRun), stretchedFrom: operand)
      return
    }
    let (g, f) = (gradient.pointer, factor.pointer)
    accumulate(into: operand.index, shape: operand.shape) { target, accumulate in
      eachRange(of: gradient.count) { range in
        let start = range.lowerBound
        if accumulate {
          unroll_multiply_add(range.count, g + start, f + start, target + start)
        } else {
          unroll_multiply(range.count, g + start, f + start, target + start)
        }
      }
    }
  }
}

/// y += x, shared out over the threads when there is much of it.
func addInPlace(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, count: Int) {
  eachRange(of: count) { range in unroll_axpy(range.count, 1, x + range.lowerBound, y + range.lowerBound) }
}

/// An untracked copy of a tensor times a number.
func scaled(_ tensor: Tensor, by factor: Float) -> Tensor {
  let output = Tensor(uninitialized: tensor.shape)
  eachRange(of: tensor.count) { range in
    unroll_scale(range.count, factor, tensor.pointer + range.lowerBound, output.base + range.lowerBound)
  }
  return output
}

/// An untracked copy of a tensor times a number plus a number.
private func affine(_ tensor: Tensor, scale: Float, shift: Float) -> Tensor {
  let output = Tensor(uninitialized: tensor.shape)
  eachRange(of: tensor.count) { range in
    unroll_affine(range.count, scale, shift, tensor.pointer + range.lowerBound, output.base + range.lowerBound)
  }
  return output
}

// MARK: Runs

/// One run of a broadcast: count, each operand with its step (1 or 0), result.
private typealias Run = (Int, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void

private func combine(_ a: Tensor, _ b: Tensor, _ run: Run) -> Tensor {
  let plan = Broadcasting(a.shape, b.shape)
  let output = Tensor(uninitialized: plan.shape)
  let (x, y, z) = (a.pointer, b.pointer, output.base)
  plan.eachRun { count, i, j, k in run(count, x + i, plan.steps.a, y + j, plan.steps.b, z + k) }
  return output
}

private func addRun(
  _ n: Int, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  if stepA == stepB {
    unroll_add(n, a, b, out)
  } else if stepB == 0 {
    unroll_affine(n, 1, b[0], a, out)
  } else {
    unroll_affine(n, 1, a[0], b, out)
  }
}

private func subtractRun(
  _ n: Int, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  if stepA == stepB {
    unroll_subtract(n, a, b, out)
  } else if stepB == 0 {
    unroll_affine(n, 1, -b[0], a, out)
  } else {
    unroll_affine(n, -1, a[0], b, out)
  }
}

private func multiplyRun(
  _ n: Int, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  if stepA == stepB {
    unroll_multiply(n, a, b, out)
  } else if stepB == 0 {
    unroll_scale(n, b[0], a, out)
  } else {
    unroll_scale(n, a[0], b, out)
  }
}

private func divideRun(
  _ n: Int, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
  _ out: UnsafeMutablePointer<Float>
) {
  if stepA == stepB {
    unroll_divide(n, a, b, out)
  } else {
    for i in 0..<n { out[i] = a[i * stepA] / b[i * stepB] }
  }
}
