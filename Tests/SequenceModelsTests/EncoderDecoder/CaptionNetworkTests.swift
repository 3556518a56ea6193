import SequenceModels
import TensorCore
import TestSupport
import Testing

/// What must hold of every reader of clips, bridge and decoder behind it.
@Suite("Networks that write about clips")
struct CaptionNetworkTests {
  /// A case with random weights, and its batch.
  private func network(
    _ reference: CaptionCase, dropout: Float = 0, residual: Bool = false
  ) throws -> (EncoderDecoder<ClipEncoder>, CaptionBatch) {
    let network = try reference.network(using: Initializer(seed: 3), dropout: dropout, residual: residual)
    var random = SplitMix(seed: 4)
    for (name, parameter) in network.parameters where !name.contains("running_") {
      parameter.value = .random(parameter.value.shape, &random, range: 0.8)
    }
    return (network, try CaptionBatch(FixtureFile("captions", reference.file)))
  }

  @Test("parameters have names of their own, and every one receives a gradient", arguments: CaptionCase.all)
  func parameters(reference: CaptionCase) throws {
    for cell in RecurrentCell.allCases {
      var reference = reference
      let batch = try CaptionBatch(FixtureFile("captions", reference.file))
      reference.cell = cell
      let network = try reference.network(using: Initializer(seed: 2), residual: reference.layers > 1)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
      #expect(Set(network.parameters.map { ObjectIdentifier($0.parameter) }).count == network.parameters.count)
      // With few units a rectifier may be off for every input: keep them on.
      for (name, parameter) in network.parameters
      where cell == .rnnReLU && name.contains("bias_ih") || name.hasSuffix("projection.bias") {
        parameter.value = Tensor(repeating: 1, parameter.value.shape)
      }
      let gradients = Workers.shared.run {
        let tape = Tape()
        let loss = network.loss(source: batch.source, input: batch.input, expected: batch.expected, on: tape)
        tape.backward(from: loss.mean)
        return network.parameters.gradients
      }
      for (name, parameter) in network.parameters where !name.contains("running_") {
        let values = gradients["grad.\(name)"]?.values
        #expect(gradients["grad.\(name)"]?.shape == parameter.value.shape, "\(cell) \(name)")
        #expect(values?.contains { $0 != 0 } == true && values?.allSatisfy(\.isFinite) == true, "\(cell) \(name)")
      }
    }
  }

  @Test("all teacher-forced steps at once equal one after the other", arguments: CaptionCase.all, [false, true])
  func stepByStep(reference: CaptionCase, residual: Bool) throws {
    let (network, batch) = try network(reference, residual: residual)
    let rows = batch.input.batch
    let (together, one) = Workers.shared.run {
      let (source, state) = network.decoder.start(network.encoder(batch.source, on: nil), on: nil)
      let all = network.decoder(
        batch.input.ids, steps: batch.input.steps, source: source, state: state, lengths: batch.input.lengths, on: nil)
      var (current, steps) = (state, [Tensor]())
      for step in 0..<batch.input.steps {
        let result = network.decoder(
          Array(batch.input.ids[step * rows..<(step + 1) * rows]), steps: 1, source: source, state: current, on: nil)
        current = result.state
        steps.append(network.decoder.logits(result.features, on: nil))
      }
      return (network.decoder.logits(all.features, on: nil), Tensor.concatenate(steps))
    }
    #expect(together.shape == [batch.input.steps, rows, 13])
    #expect(together.shape == one.shape)
    expectClose(batch.input.valid(one), batch.input.valid(together), tolerance: 1e-6)
  }

  @Test("a clip gives the same alone, in other company and after a selection", arguments: CaptionCase.all)
  func company(reference: CaptionCase) throws {
    let (network, batch) = try network(reference)
    // Hypotheses as in a search: two of clip 2, then one of clip 0, row k · B + b of what is left.
    let ids: [Int32] = [6, 4, 9, 5]
    Workers.shared.run {
      let (source, state) = network.decoder.start(network.encoder(batch.source, on: nil), on: nil)
      let some = network.decoder(
        ids, steps: 1, source: source.selecting([2, 0]), state: state.selecting([2, 0, 2, 0]), on: nil)
      for (row, id) in ids.enumerated() {
        let clip = batch.source.selecting([row % 2 == 0 ? 2 : 0])
        let (alone, first) = network.decoder.start(network.encoder(clip, on: nil), on: nil)
        let one = network.decoder([id], steps: 1, source: alone, state: first, on: nil)
        expectClose(some.features.batchRow(row).values, one.features.values, tolerance: 2e-6)
        expectClose(
          some.attention.map { Array($0.batchRow(row).values.prefix(alone.states.shape[0])) } ?? [],
          one.attention?.values ?? [], tolerance: 2e-6)
      }
    }
  }

  @Test("features that were prepared give what the clips give", arguments: CaptionCase.all)
  func prepared(reference: CaptionCase) throws {
    let (network, batch) = try network(reference)
    Workers.shared.run {
      let whole = network.encoder(batch.source, on: nil)
      let frames = network.encoder.frames
      let features = frames.prepared()(batch.source.frames)
      #expect(features.shape == [batch.source.layout.total * frames.places, frames.width])
      let read = network.encoder.read(features, batch.source.layout, on: nil)
      #expect(read.states.columns == network.encoder.width)
      #expect(read.states.values == whole.states.values && read.lengths == whole.lengths)
      guard let backbone = frames.backbone else { return }
      // Rows of a network that were kept on disk.
      let rows = backbone.prepared()(batch.source.frames)
      #expect(rows.shape[1] == frames.inputWidth)
      let kept = network.encoder(ClipBatch(frames: rows, layout: batch.source.layout), on: nil)
      #expect(kept.states.values == whole.states.values)
    }
  }

  @Test("gradients with dropout are those of the same masks", arguments: CaptionCase.all)
  func dropout(reference: CaptionCase) throws {
    let (network, batch) = try network(reference, dropout: 0.3, residual: true)
    func loss(_ tape: Tape?) -> Tensor {
      network.loss(source: batch.source, input: batch.input, expected: batch.expected, on: tape).mean
    }
    var failures: [String] = []
    Workers.shared.run {
      let tape = Tape(seed: 1, stream: 5)
      let first = loss(tape)
      tape.backward(from: first)
      if loss(nil).scalar == first.scalar { failures.append("without a tape there is dropout") }
      for (name, parameter) in network.parameters where !name.contains("network.") {
        let (gradient, value) = (parameter.gradient?.values ?? [], parameter.value)
        for element in stride(from: 0, to: value.count, by: max(1, value.count / 3)) {
          func shifted(_ distance: Float) -> Double {
            var values = value.values
            values[element] += distance
            parameter.value = Tensor(values, shape: value.shape)
            return Double(loss(Tape(seed: 1, stream: 5)).scalar)
          }
          let slope = (shifted(0x1p-6) - shifted(-0x1p-6)) * 32
          parameter.value = value
          if gradient.count != value.count || abs(slope - Double(gradient[element])) > 2e-3 {
            failures.append("\(name)[\(element)]: \(gradient[element]), differences give \(slope)")
          }
        }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test("the layers of S2VT are there once")
  func sharedLayers() throws {
    let (network, _) = try network(CaptionCase(reader: .stacked, bridge: .copy, cell: .lstm, layers: 2))
    #expect(network.encoder.parameters.isEmpty)
    guard case .stacked(let rnn, _) = network.encoder.reader else {
      Issue.record("another reader")
      return
    }
    #expect(rnn.layers[1][0].inputHidden === network.decoder.rnn.layers[1][0].inputHidden)
  }
}
