import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("A decoder does the same step by step, side by side and after a selection")
struct SteppingTests {
  /// Every arrangement with random weights, and some with residual connections and other bridges.
  private func network(_ reference: NetworkCase, residual: Bool = false) -> EncoderDecoder<TokenEncoder> {
    let network = reference.network(using: Initializer(seed: 3), residual: residual)
    var random = SplitMix(seed: 4)
    for (_, parameter) in network.parameters {
      parameter.value = .random(parameter.value.shape, &random, range: 0.8)
    }
    return network
  }

  @Test("all teacher-forced steps at once equal one after the other", arguments: NetworkCase.all, [false, true])
  func stepByStep(reference: NetworkCase, residual: Bool) throws {
    let network = network(reference, residual: residual)
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    let rows = batch.input.batch
    let (together, weights, one, oneWeights) = Workers.shared.run {
      let (source, state) = network.decoder.start(network.encoder(batch.source, on: nil), on: nil)
      let all = network.decoder(
        batch.input.ids, steps: batch.input.steps, source: source, state: state, lengths: batch.input.lengths, on: nil)
      var (current, steps, seen) = (state, [Tensor](), [Tensor]())
      for step in 0..<batch.input.steps {
        let result = network.decoder(
          Array(batch.input.ids[step * rows..<(step + 1) * rows]), steps: 1, source: source, state: current, on: nil)
        current = result.state
        steps.append(network.decoder.logits(result.features, on: nil))
        if let attention = result.attention { seen.append(attention) }
      }
      return (
        network.decoder.logits(all.features, on: nil), all.attention, Tensor.concatenate(steps),
        seen.isEmpty ? nil : Tensor.concatenate(seen)
      )
    }
    #expect(together.shape == [batch.input.steps, rows, 13])
    #expect(together.shape == one.shape)
    expectClose(batch.input.valid(one), batch.input.valid(together), tolerance: 1e-6, "logits")
    #expect((weights != nil) == (reference.attention != nil))
    #expect(weights?.shape == oneWeights?.shape)
    if let weights, let oneWeights {
      expectClose(batch.input.valid(oneWeights), batch.input.valid(weights), tolerance: 1e-6, "attention")
      for row in batch.input.validRows {
        let length = batch.source.lengths[Int(row) % rows]
        let line = weights.values[Int(row) * weights.columns..<(Int(row) + 1) * weights.columns]
        expectClose(line.reduce(0, +), 1, tolerance: 1e-6)
        #expect(line.dropFirst(length).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("so they do in training, with masks that rows keep over their steps", arguments: NetworkCase.all)
  func maskedSteps(reference: NetworkCase) throws {
    let network = reference.network(using: Initializer(seed: 3), variational: 0.4)
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    let rows = batch.input.batch
    let (together, one, other) = Workers.shared.run {
      let tape = Tape(seed: 7)
      let (source, state) = network.decoder.start(network.encoder(batch.source, on: tape), on: tape)
      let all = network.decoder(
        batch.input.ids, steps: batch.input.steps, source: source, state: state, lengths: batch.input.lengths, on: tape)
      var (current, steps) = (state, [Tensor]())
      for step in 0..<batch.input.steps {
        let result = network.decoder(
          Array(batch.input.ids[step * rows..<(step + 1) * rows]), steps: 1, source: source, state: current, on: tape)
        current = result.state
        steps.append(result.features)
      }
      let free = network.decoder.start(network.encoder(batch.source, on: nil), on: nil)
      let unmasked = network.decoder(
        batch.input.ids, steps: batch.input.steps, source: free.source, state: free.state,
        lengths: batch.input.lengths, on: nil)
      return (all.features.detached, Tensor.concatenate(steps).detached, unmasked.features)
    }
    expectClose(batch.input.valid(one), batch.input.valid(together), tolerance: 1e-6, "features")
    #expect(batch.input.valid(other) != batch.input.valid(together))
  }

  @Test("the state after all steps at once is the one after each row's last", arguments: NetworkCase.all)
  func finalState(reference: NetworkCase) throws {
    // With input feeding rows do not leave: the state is that of the last step, as search needs it.
    if reference.arrangement == .inputFeeding { return }
    let network = network(reference)
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    let (whole, alone) = Workers.shared.run {
      let encoded = network.encoder(batch.source, on: nil)
      let (source, state) = network.decoder.start(encoded, on: nil)
      let all = network.decoder(
        batch.input.ids, steps: batch.input.steps, source: source, state: state, lengths: batch.input.lengths, on: nil)
      let states = batch.input.lengths.enumerated().map { row, length in
        let one = source.selecting([Int32(row)])
        let ids = (0..<length).map { batch.input.ids[$0 * batch.input.batch + row] }
        return network.decoder(ids, steps: length, source: one, state: state.selecting([Int32(row)]), on: nil).state
      }
      return (all.state, states)
    }
    for (row, state) in alone.enumerated() {
      for (all, one) in zip(whole.recurrent?.hidden ?? [], state.recurrent?.hidden ?? []) {
        expectClose(all.batchRow(row).values, one.values, tolerance: 1e-6)
      }
      for (all, one) in zip(whole.recurrent?.cell ?? [], state.recurrent?.cell ?? []) {
        expectClose(all.batchRow(row).values, one.values, tolerance: 1e-6)
      }
      #expect(state.recurrent?.hidden.count == reference.layers)
    }
  }

  @Test("hypotheses that share a source equal sources that are repeated", arguments: NetworkCase.all)
  func sharedKeys(reference: NetworkCase) throws {
    let network = network(reference)
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    let (beam, rows) = (4, batch.source.batch)
    // Row k·B + b of the state is hypothesis k of source b; every row says something else.
    let first = (0..<beam * rows).map { Int32(($0 * 5) % 13) }
    let second = (0..<beam * rows).map { Int32(($0 * 7 + 3) % 13) }
    let owners = (0..<beam * rows).map { Int32($0 % rows) }

    func twoSteps(_ source: DecoderSource, _ state: DecoderState) -> [[Float]] {
      let one = network.decoder(first, steps: 1, source: source, state: state, on: nil)
      let two = network.decoder(second, steps: 1, source: source, state: one.state, on: nil)
      return [one, two].flatMap { [network.decoder.logits($0.features, on: nil).values, $0.attention?.values ?? []] }
    }
    let (shared, repeated) = Workers.shared.run {
      let (source, state) = network.decoder.start(network.encoder(batch.source, on: nil), on: nil)
      let shared = twoSteps(source, state.selecting(owners))
      let sentences = owners.map { owner in
        (0..<batch.source.lengths[Int(owner)]).map { Int(batch.source.ids[$0 * rows + Int(owner)]) }
      }
      let copies = TokenBatch(sentences, padding: 0)
      let (all, states) = network.decoder.start(network.encoder(copies, on: nil), on: nil)
      return (shared, twoSteps(all, states))
    }
    #expect(shared.count == repeated.count)
    for (a, b) in zip(shared, repeated) { expectClose(a, b, tolerance: 1e-6) }
  }

  @Test("sources that leave the batch change nothing for those that stay", arguments: NetworkCase.all)
  func selection(reference: NetworkCase) throws {
    let network = network(reference)
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    let kept: [Int32] = [2, 0]
    let (all, some) = Workers.shared.run {
      let (source, state) = network.decoder.start(network.encoder(batch.source, on: nil), on: nil)
      let all = network.decoder([4, 5, 6], steps: 1, source: source, state: state, on: nil)
      let some = network.decoder(
        [6, 4], steps: 1, source: source.selecting(kept), state: state.selecting(kept), on: nil)
      return (all, some)
    }
    for (place, row) in kept.enumerated() {
      expectClose(
        some.features.batchRow(place).values, all.features.batchRow(Int(row)).values, tolerance: 1e-6)
    }
  }

  @Test("dot attention still compares with the states after a selection")
  func selectionSharesKeys() throws {
    let reference = NetworkCase(arrangement: .output, cell: .lstm, layers: 1, attention: .dot)
    let network = network(reference)
    let batch = try NetworkBatch(FixtureFile("encoder-decoder", reference.file))
    let picked = Workers.shared.run {
      network.decoder.start(network.encoder(batch.source, on: nil), on: nil).source.selecting([2, 0])
    }
    // The sentences at 2 and 0 have 1 and 3 pieces.
    #expect(picked.lengths == [1, 3])
    #expect(picked.states.shape == [3, 2, 6])
    #expect(picked.keys.storageIsShared(with: picked.states))
  }
}
