import Foundation
package import TensorCore

/// Draws the first values of parameters: one stream a model, so that the same seed makes the same model.
package struct Initializer {
  private var generator: SplitMix
  /// Whether nothing is drawn.
  let isBlank: Bool

  /// Starts a stream of draws.
  package init(seed: UInt64) {
    generator = SplitMix(seed: seed)
    isBlank = false
  }

  private init() {
    generator = SplitMix(seed: 0)
    isBlank = true
  }

  /// No values instead of draws, for parameters that will be loaded: a model should start at once, and memory that is written
  /// twice is waited for twice.
  package static var blank: Initializer { Initializer() }

  /// Uniform in ±bound.
  package mutating func uniform(_ shape: [Int], bound: Float) -> Tensor {
    if isBlank { return Tensor(uninitialized: shape) }
    return Tensor((0..<shape.product).map { _ in Float.random(in: -bound...bound, using: &generator) }, shape: shape)
  }

  /// Normal with mean 0, by the method of Box and Muller (1958).
  package mutating func normal(_ shape: [Int], deviation: Float) -> Tensor {
    if isBlank { return Tensor(uninitialized: shape) }
    return Tensor((0..<shape.product).map { _ in deviation * Float(gaussian()) }, shape: shape)
  }

  /// Uniform in ±√(6 / (rows + columns)) (Glorot and Bengio, 2010), for a matrix `[out, in]`.
  package mutating func glorot(_ shape: [Int]) -> Tensor {
    uniform(shape, bound: (6 / Float(shape[0] + shape[1])).squareRoot())
  }

  /// A square matrix with orthonormal rows (Saxe et al., 2014): Gram–Schmidt on normal draws, in double precision.
  package mutating func orthogonal(_ size: Int) -> [Float] {
    precondition(!isBlank, "a blank start draws nothing")
    // Rows of whole vectors: a start should not wait for a scalar loop.
    let width = (size + 7) / 8
    var rows = [SIMD8<Double>](repeating: .zero, count: size * width)
    var done = 0
    while done < size {
      for i in 0..<size { rows[done * width + i / 8][i % 8] = gaussian() }
      let norm = rows.withUnsafeMutableBufferPointer { rows -> Double in
        let row = done * width
        // Twice is enough for orthogonality to working precision.
        for other in [0..<done, 0..<done].joined() {
          var sum = SIMD8<Double>.zero
          for i in 0..<width { sum += rows[row + i] * rows[other * width + i] }
          let dot = SIMD8<Double>(repeating: sum.sum())
          for i in 0..<width { rows[row + i] -= dot * rows[other * width + i] }
        }
        var square = SIMD8<Double>.zero
        for i in 0..<width { square += rows[row + i] * rows[row + i] }
        let norm = square.sum().squareRoot()
        for i in 0..<width { rows[row + i] /= SIMD8(repeating: norm) }
        return norm
      }
      // A draw that lies almost within the span of the others would be noise: draw again.
      if norm > 1e-6 {
        done += 1
      } else {
        for i in 0..<width { rows[done * width + i] = .zero }
      }
    }
    return (0..<size).flatMap { row in (0..<size).map { Float(rows[row * width + $0 / 8][$0 % 8]) } }
  }

  private mutating func gaussian() -> Double {
    let u = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)
    let v = Double.random(in: 0..<1, using: &generator)
    return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * v)
  }
}
