import SequenceModels
import TensorCore
import TestSupport
import Testing

@Suite("Labels in windows")
struct SequenceLabelerTests {
  static let cases = [
    "gru_reset_after", "lstm", "rnn", "one_direction", "no_look_ahead", "far_look_ahead", "whole", "scores",
  ]

  @Test("logits, the state at the end and every gradient are PyTorch's", arguments: cases)
  func agrees(name: String) throws {
    let case_ = try WindowCase(name)
    let upstream = (try case_.file.tensor("grad_logits"), try case_.file.tensor("grad_state"))
    let found = Workers.shared.run {
      let tape = Tape()
      let x = tape.watch(case_.x)
      let (logits, state) = case_.labeler.windowed(
        x, lengths: case_.frames, window: case_.window, ahead: case_.ahead, on: tape)
      tape.backward(from: (logits * upstream.0).sum() + (state * upstream.1).sum())
      var found = case_.labeler.parameters.gradients
      found["grad.x"] = tape.gradient(of: x)
      found["logits"] = case_.cleared(logits)
      found["state"] = state.detached
      return found
    }
    let expected = case_.file.tensors
    expectClose(found, expected, names: ["logits", "state"], tolerance: 2e-6, name)
    expectClose(found, expected, names: expected.keys.filter { $0.hasPrefix("grad.") }, tolerance: 1e-5, name)
  }

  @Test("a window as long as the clips is the whole", arguments: ["gru_reset_after", "lstm", "scores"], [11, 12, 50])
  func wholeWindow(name: String, window: Int) throws {
    let case_ = try WindowCase(name)
    Workers.shared.run {
      let whole = case_.labeler(case_.x, lengths: case_.frames, on: nil)
      let (logits, _) = case_.labeler.windowed(case_.x, lengths: case_.frames, window: window, ahead: 3, on: nil)
      #expect(case_.cleared(logits).values == case_.cleared(whole).values)
    }
  }

  @Test("without a backward direction windows change nothing", arguments: 1...12)
  func forwardOnly(window: Int) throws {
    let case_ = try WindowCase("one_direction")
    Workers.shared.run {
      let whole = case_.labeler(case_.x, lengths: case_.frames, on: nil)
      let (logits, _) = case_.labeler.windowed(case_.x, lengths: case_.frames, window: window, ahead: 0, on: nil)
      expectClose(case_.cleared(logits).values, case_.cleared(whole).values, tolerance: 1e-6, "window \(window)")
    }
  }

  /// What a clip gets does not depend on the clips beside it.
  @Test("each row on its own", arguments: ["gru_reset_after", "lstm", "far_look_ahead"])
  func rows(name: String) throws {
    let case_ = try WindowCase(name)
    Workers.shared.run {
      let (together, _) = case_.labeler.windowed(
        case_.x, lengths: case_.frames, window: case_.window, ahead: case_.ahead, on: nil)
      for (row, count) in case_.frames.enumerated() {
        let x = case_.x.slice(0..<count, axis: 0).slice(row..<row + 1, axis: 1)
        let (alone, _) = case_.labeler.windowed(
          x, lengths: [count], window: case_.window, ahead: case_.ahead, on: nil)
        let own = together.slice(0..<count, axis: 0).slice(row..<row + 1, axis: 1)
        expectClose(own.values, alone.values, tolerance: 1e-6, "\(name), row \(row)")
      }
    }
  }

  @Test("gradients through a window, its state and what lies ahead are finite differences", arguments: [false, true])
  func differences(scores: Bool) {
    var initializer = Initializer(seed: 5)
    let rnn = RecurrentStack(
      cell: .lstm, inputs: 3, hidden: 2, layers: 2, bidirectional: true, using: &initializer)
    let labeler = SequenceLabeler(rnn: rnn, labels: 3, dropout: 0, addsScores: scores, using: &initializer)
    let states = (0..<4).map { randomTensor([1, 2, 2], seed: 20 + UInt64($0), in: -0.5...0.5) }
    checkGradients("window", of: [randomTensor([6, 2, 3], seed: 6, in: -1...1)] + states) { inputs in
      let state = RecurrentState(hidden: Array(inputs[1...2]), cell: Array(inputs[3...4]))
      let run = labeler.window(inputs[0], keeping: 4, lengths: [6, 5], state: state, on: nil)
      return [run.logits] + run.state.hidden + run.state.cell
    }
  }
}

@Suite("A label for a whole sequence")
struct SequenceClassifierTests {
  @Test("logits and every gradient are PyTorch's", arguments: ["gru_reset_after", "lstm", "one_direction"])
  func agrees(name: String) throws {
    let file = try FixtureFile("labeling", "classifier.\(name)")
    let settings = try file.integers("settings")
    var blank = Initializer.blank
    let rnn = RecurrentStack(
      cell: name == "gru_reset_after" ? .gruResetAfter : .lstm, inputs: try file.tensor("x").columns,
      hidden: try file.tensor("rnn.weight_hh_l0").columns, layers: settings[2], bidirectional: settings[3] == 2,
      using: &blank)
    let classifier = SequenceClassifier(
      rnn: rnn, labels: try file.tensor("output.bias").count, dropout: 0, using: &blank)
    try file.fill(classifier.parameters, inputs: ["x"])
    let (input, lengths, upstream) = (
      try file.tensor("x"), try file.integers("frames"), try file.tensor("grad_logits")
    )
    let found = Workers.shared.run {
      let tape = Tape()
      let x = tape.watch(input)
      let logits = classifier(x, lengths: lengths, on: tape)
      tape.backward(from: (logits * upstream).sum())
      var found = classifier.parameters.gradients
      found["grad.x"] = tape.gradient(of: x)
      found["logits"] = logits.detached
      return found
    }
    expectClose(found, file.tensors, names: ["logits"], tolerance: 2e-6, name)
    expectClose(
      found, file.tensors, names: file.tensors.keys.filter { $0.hasPrefix("grad.") }, tolerance: 1e-5, name)
  }
}

/// A labeler of the fixture with what it reads.
private struct WindowCase: Sendable {
  let file: FixtureFile
  let labeler: SequenceLabeler
  /// `[F, B, I]`.
  let x: Tensor
  let frames: [Int]
  let window: Int
  let ahead: Int

  init(_ name: String) throws {
    let cells: [String: RecurrentCell] = ["lstm": .lstm, "one_direction": .lstm, "rnn": .rnn]
    file = try FixtureFile("labeling", "window.\(name)")
    let settings = try file.integers("settings")
    x = try file.tensor("x")
    frames = try file.integers("frames")
    (window, ahead) = (settings[0], settings[1])
    var blank = Initializer.blank
    let rnn = RecurrentStack(
      cell: cells[name] ?? .gruResetAfter, inputs: x.columns, hidden: try file.tensor("rnn.weight_hh_l0").columns,
      layers: settings[2], bidirectional: settings[3] == 2, using: &blank)
    labeler = SequenceLabeler(
      rnn: rnn, labels: try file.tensor("output.bias").count, dropout: 0, addsScores: name == "scores", using: &blank)
    try file.fill(labeler.parameters, inputs: ["x"])
  }

  /// `logits` with zeros beyond each row's end.
  func cleared(_ logits: Tensor) -> Tensor {
    var values = logits.values
    for step in 0..<logits.shape[0] {
      for (row, count) in frames.enumerated() where step >= count {
        let start = (step * frames.count + row) * logits.columns
        for v in 0..<logits.columns { values[start + v] = 0 }
      }
    }
    return Tensor(values, shape: logits.shape)
  }
}

extension SequenceLabeler {
  /// The logits of all frames, window by window, and the state after the last: `[layers, kinds, B, H]`.
  fileprivate func windowed(
    _ x: Tensor, lengths: [Int], window: Int, ahead: Int, on tape: Tape?
  ) -> (logits: Tensor, state: Tensor) {
    let frames = x.shape[0]
    var parts: [Tensor] = []
    var state: RecurrentState?
    for start in stride(from: 0, to: frames, by: window) {
      let end = min(start + window + ahead, frames)
      let run = self.window(
        x.slice(start..<end, axis: 0), keeping: window, lengths: lengths.map { min(max($0 - start, 0), end - start) },
        state: state, on: tape)
      parts.append(run.logits)
      state = run.state
    }
    let (hidden, cell) = (state?.hidden ?? [], state?.cell ?? [])
    let shape = [1, cell.isEmpty ? 1 : 2, lengths.count, rnn.hidden]
    let layers = hidden.indices.map { layer in
      Tensor.concatenate([hidden[layer]] + (cell.isEmpty ? [] : [cell[layer]]), axis: 0).reshaped(shape)
    }
    return (Tensor.concatenate(parts, axis: 0), Tensor.concatenate(layers, axis: 0))
  }
}
