import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Parameters of an encoder-decoder")
struct ParameterTests {
  @Test("have names of their own, and every one receives a gradient", arguments: NetworkCase.all, BridgeKind.allCases)
  func gradients(reference: NetworkCase, bridge: BridgeKind) throws {
    for cell in RecurrentCell.allCases {
      let shape = NetworkCase(
        arrangement: reference.arrangement, cell: cell, layers: reference.layers, attention: reference.attention,
        isBidirectional: reference.isBidirectional, reversesSource: reference.reversesSource)
      // Without attention and without a bridge nothing of the source arrives: recipes refuse it.
      if reference.attention == nil && bridge == .zero { continue }
      // Nothing to attend with before the first piece: recipes refuse that too.
      if reference.arrangement == .nextLayer && bridge == .input { continue }
      let network = shape.network(using: Initializer(seed: 2), bridge: bridge, residual: reference.layers > 1)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
      #expect(Set(network.parameters.map { ObjectIdentifier($0.parameter) }).count == network.parameters.count)
      // With six units a rectifier may be off for every input: keep them on.
      for (name, parameter) in network.parameters where cell == .rnnReLU && name.contains("bias_ih") {
        parameter.value = Tensor(repeating: 1, parameter.value.shape)
      }
      let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
      let gradients = Workers.shared.run {
        let tape = Tape()
        let loss = network.loss(source: batch.source, input: batch.input, expected: batch.expected, on: tape)
        tape.backward(from: loss.mean)
        return network.parameters.gradients
      }
      for (name, parameter) in network.parameters {
        let values = gradients["grad.\(name)"]?.values
        #expect(gradients["grad.\(name)"]?.shape == parameter.value.shape, "\(cell) \(name)")
        #expect(values?.contains { $0 != 0 } == true && values?.allSatisfy(\.isFinite) == true, "\(cell) \(name)")
      }
    }
  }

  @Test("gradients with dropout and residual connections are those of the same masks", arguments: NetworkCase.all)
  func dropout(reference: NetworkCase) throws {
    try checkDropout(reference, reference.network(using: Initializer(seed: 9), dropout: 0.3, residual: true))
  }

  @Test("so are those with dropout that rows keep over their steps, and of candidates", arguments: NetworkCase.all)
  func recurrentDropout(reference: NetworkCase) throws {
    try checkDropout(
      reference,
      reference.network(
        using: Initializer(seed: 9), bridge: reference.arrangement == .nextLayer ? .linear : .input, variational: 0.3,
        recurrentDropout: reference.cell == .lstm ? 0.2 : 0))
  }

  @Test(
    "and those with layer normalisation", arguments: NetworkCase.all.filter { $0.cell == .lstm && $0.layers == 2 })
  func normalized(reference: NetworkCase) throws {
    try checkDropout(
      reference,
      reference.network(
        using: Initializer(seed: 9), dropout: 0.1, variational: 0.3, recurrentDropout: 0.2, isNormalized: true),
      tolerance: 3e-3)
  }

  private func checkDropout(
    _ reference: NetworkCase, _ network: EncoderDecoder<TokenEncoder>, tolerance: Double = 1e-3
  ) throws {
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    var random = SplitMix(seed: 4)
    for (_, parameter) in network.parameters {
      parameter.value = .random(parameter.value.shape, &random, range: 0.8)
    }
    func loss(stream: UInt64 = 5) -> (tape: Tape, loss: SequenceLoss) {
      let tape = Tape(seed: 1, stream: stream)
      let loss = network.loss(
        source: batch.source, input: batch.input, expected: batch.expected, labelSmoothing: 0.1, on: tape)
      return (tape, loss)
    }
    var failures: [String] = []
    Workers.shared.run {
      let (tape, first) = loss()
      tape.backward(from: first.mean)
      // Other masks for another step, the same for the same one, none without a tape.
      if loss().loss.mean.scalar != first.mean.scalar { failures.append("the same step draws other masks") }
      if loss(stream: 6).loss.mean.scalar == first.mean.scalar { failures.append("every step draws the same masks") }
      let bare = network.loss(source: batch.source, input: batch.input, expected: batch.expected, on: nil)
      if bare.mean.scalar == first.mean.scalar { failures.append("without a tape there is dropout") }
      for (name, parameter) in network.parameters {
        let gradient = parameter.gradient?.values ?? []
        let value = parameter.value
        // Some elements of each; the layers' own tests go through all of theirs.
        for element in stride(from: 0, to: value.count, by: max(1, value.count / 3)) {
          func shifted(_ distance: Float) -> Double {
            var values = value.values
            values[element] += distance
            parameter.value = Tensor(values, shape: value.shape)
            let (tape, shifted) = loss()
            defer { tape.forget() }
            return Double(shifted.mean.scalar)
          }
          let slope = (shifted(0x1p-5) - shifted(-0x1p-5)) * 16
          parameter.value = value
          if gradient.count != value.count || abs(slope - Double(gradient[element])) > tolerance {
            failures.append("\(name)[\(element)]: \(gradient[element]), differences give \(slope)")
          }
        }
      }
    }
    #expect(failures.isEmpty)
  }
}
