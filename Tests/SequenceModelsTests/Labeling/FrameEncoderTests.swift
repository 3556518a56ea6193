import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Encoders of frames")
struct FrameEncoderTests {
  private static func encoder(
    chunk: Int, dropout: Float = 0, projection: Int? = 5, isFrozen: Bool = false
  ) throws -> FrameEncoder {
    var initializer = Initializer(seed: 7)
    let backbone = try ImageBackbone(.small, channels: 1, height: 12, width: 10, widths: [4, 6], using: &initializer)
    return FrameEncoder(
      backbone: backbone, projection: projection, dropout: dropout, chunk: chunk, isFrozen: isFrozen,
      using: &initializer)
  }

  /// What a step of training sees and leaves: features, gradients, running statistics.
  private static func step(_ encoder: FrameEncoder, frames: Int) -> [String: Tensor] {
    let x = randomTensor([frames, 1, 12, 10], seed: 8)
    return Workers.shared.run {
      let tape = Tape(seed: 3, stream: 4)
      let features = encoder(x, on: tape)
      tape.backward(from: (features * randomTensor(features.shape, seed: 9)).sum())
      var found = encoder.parameters.gradients
      found["features"] = features.detached
      for (name, parameter) in encoder.parameters where parameter.gradient == nil { found[name] = parameter.value }
      return found
    }
  }

  /// Normalisations take their means over a chunk, so that a chunk is part of what a step computes; frames that fit one are
  /// not cut, and cutting does not depend on how many chunks follow.
  @Test("a chunk that holds all frames is no chunk", arguments: [6, 7, 1024])
  func wholeChunk(size: Int) throws {
    let (whole, chunk) = (
      Self.step(try Self.encoder(chunk: 1 << 20), frames: 6), Self.step(try Self.encoder(chunk: size), frames: 6)
    )
    #expect(whole.keys == chunk.keys && whole.count > 8)
    for (name, tensor) in whole { #expect(tensor.values == chunk[name]?.values, "\(name)") }
  }

  @Test("what is computed again on the way back gives the gradients of each chunk on its own")
  func recomputation() throws {
    let x = randomTensor([6, 1, 12, 10], seed: 8)
    let upstream = randomTensor([6, 5], seed: 9)
    func gradients(_ chunk: Int, _ parts: [Range<Int>]) throws -> [String: Tensor] {
      let encoder = try Self.encoder(chunk: chunk)
      return Workers.shared.run {
        let tape = Tape(seed: 3, stream: 4)
        let losses = parts.map { part in
          (encoder(x.slice(part, axis: 0), on: tape) * upstream.slice(part, axis: 0)).sum()
        }
        tape.backward(from: losses.dropFirst().reduce(losses[0]) { $0 + $1 })
        return encoder.parameters.gradients
      }
    }
    let (cut, apart) = (try gradients(2, [0..<6]), try gradients(1024, [0..<2, 2..<4, 4..<6]))
    #expect(cut.count > 5)
    expectClose(cut, apart, names: apart.keys, tolerance: 1e-5)
  }

  @Test("inference does not depend on how many frames come at once")
  func inference() throws {
    let encoder = try Self.encoder(chunk: 4)
    let x = randomTensor([300, 1, 12, 10], seed: 8)
    Workers.shared.run {
      let prepared = encoder.prepared()
      let all = prepared(x)
      let parts = [0..<1, 1..<32, 32..<290, 290..<300].map { prepared(x.slice($0, axis: 0)) }
      #expect(all.shape == [300, 5])
      expectClose(Tensor.concatenate(parts, axis: 0).values, all.values, tolerance: 1e-5)
      expectClose(encoder(x, on: nil).values, all.values, tolerance: 1e-5)
    }
  }

  @Test("a frozen network gets no gradients and keeps its statistics")
  func frozen() throws {
    let encoder = try Self.encoder(chunk: 4, isFrozen: true)
    let before = encoder.parameters.map(\.parameter.value.values)
    let found = Self.step(encoder, frames: 6)
    #expect(Set(found.keys.filter { $0.hasPrefix("grad.") }) == ["grad.projection.weight", "grad.projection.bias"])
    #expect(encoder.parameters.map(\.parameter.value.values) == before)
  }

  @Test("features pass as they are, or through the projection")
  func features() {
    var initializer = Initializer(seed: 7)
    let x = randomTensor([4, 3], seed: 8)
    Workers.shared.run {
      let plain = FrameEncoder(backbone: nil, features: 3, projection: nil, dropout: 0.5, using: &initializer)
      #expect(plain.width == 3 && plain(x, on: nil).values == x.values && plain.prepared()(x).values == x.values)
      let projected = FrameEncoder(backbone: nil, features: 3, projection: 2, dropout: 0.5, using: &initializer)
      #expect(projected.width == 2 && projected(x, on: nil).shape == [4, 2])
      #expect(projected(x, on: nil).values.allSatisfy { $0 >= 0 })
    }
  }
}
